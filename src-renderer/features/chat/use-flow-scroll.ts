import { useLayoutEffect, useRef } from "react";

const NEAR_PX = 80;
const ABOVE_PX = 12;

/** The end; but what waits to be judged is read from its command down, and that stays in sight where the card is taller than the window. */
function toNewest(box: HTMLElement, isEmpty: boolean): void {
  if (isEmpty) {
    // What stands before the first question is read from its beginning.
    box.scrollTop = 0;
    return;
  }
  const decision = box.querySelector("[data-decide]");
  const end = box.scrollHeight - box.clientHeight;
  box.scrollTop = decision === null ? end : Math.min(end, box.scrollTop + decision.getBoundingClientRect().top - box.getBoundingClientRect().top - ABOVE_PX);
}

/** Keeps the newest in sight while the operator is at the end; once they scroll up to read, nothing moves under them. */
export function useFlowScroll({ first, last, conversationId }: { readonly first: string | undefined; readonly last: string | undefined; readonly conversationId: string | undefined }) {
  const isEmpty = last === undefined;
  const ref = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const fromEnd = useRef(0);
  useLayoutEffect(() => {
    follows.current = true;
    const box = ref.current;
    if (box !== null) toNewest(box, isEmpty);
    // oxlint-disable-next-line exhaustive-effect-dependencies -- another newest question is gone to; earlier ones that join are not
  }, [conversationId, isEmpty, last]);
  const before = useRef({ first, last });
  useLayoutEffect(() => {
    const box = ref.current;
    // Earlier questions came in above: what was being read stays where it is.
    if (box !== null && last !== undefined && before.current.last === last && before.current.first !== first) box.scrollTop = box.scrollHeight - fromEnd.current;
    before.current = { first, last };
  }, [first, last]);
  // Asked of the layout that is made anyway, once a picture: to ask at each event would make it be laid out once more.
  useLayoutEffect(() => {
    const box = ref.current;
    const flow = box?.firstElementChild;
    if (box === null || flow === null || flow === undefined) return;
    const observer = new ResizeObserver(() => {
      if (follows.current) toNewest(box, isEmpty);
    });
    observer.observe(flow);
    // What the operator unfolds must stay where they clicked it.
    const stay = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest("[aria-expanded], summary") !== null) follows.current = false;
    };
    box.addEventListener("click", stay, true);
    return () => {
      observer.disconnect();
      box.removeEventListener("click", stay, true);
    };
    // oxlint-disable-next-line exhaustive-effect-dependencies -- another conversation is another box
  }, [conversationId, isEmpty]);
  const onScroll = () => {
    const box = ref.current;
    if (box === null) return;
    // Only moving up is reading: growth below the end also makes the end far.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX) follows.current = true;
    else if (box.scrollTop < lastTop.current) follows.current = false;
    lastTop.current = box.scrollTop;
    fromEnd.current = box.scrollHeight - box.scrollTop;
  };
  return { ref, onScroll };
}
