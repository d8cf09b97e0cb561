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
export function useFlowScroll(turnCount: number, conversationId: string | undefined) {
  const ref = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  useLayoutEffect(() => {
    follows.current = true;
    const box = ref.current;
    if (box !== null) toNewest(box, turnCount === 0);
  }, [conversationId, turnCount]);
  // Asked of the layout that is made anyway, once a picture: to ask at each event would make it be laid out once more.
  useLayoutEffect(() => {
    const box = ref.current;
    const flow = box?.firstElementChild;
    if (box === null || flow === null || flow === undefined) return;
    const observer = new ResizeObserver(() => {
      if (follows.current) toNewest(box, turnCount === 0);
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
  }, [conversationId, turnCount]);
  const onScroll = () => {
    const box = ref.current;
    if (box === null) return;
    // Only moving up is reading: growth below the end also makes the end far.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX) follows.current = true;
    else if (box.scrollTop < lastTop.current) follows.current = false;
    lastTop.current = box.scrollTop;
  };
  return { ref, onScroll };
}
