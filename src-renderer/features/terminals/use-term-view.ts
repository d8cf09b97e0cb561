import { type RefObject, useEffect, useRef, useState } from "react";
import { useApp, useLink, useSettings } from "../../app/use-app.ts";
import type { TermLook } from "./term/look.ts";
import { type TermEars, type TermView, createTermView } from "./term/term-view.ts";

/** After this long out of sight the screen is thrown away: a background page draws once a second, and would hold the host up. */
const OUT_OF_SIGHT_MS = 2000;

/** The pane's screen, as long as there is somebody to look and a core to ask. */
export function useTermView(element: RefObject<HTMLElement | null>, paneId: string, label: string, isSpoken: boolean, ears: Omit<TermEars, "onDetached">): TermView | undefined {
  const { client } = useApp();
  const generation = useLink(({ is, generation: count }) => (is === "up" ? count : 0));
  const fontSize = useSettings((settings) => settings?.terminalFontSize ?? 13);
  const scrollback = useSettings((settings) => settings?.terminalScrollback ?? 10_000);
  const theme = useSettings((settings) => settings?.theme);
  const isSeen = useIsPageSeen();
  const [tries, setTries] = useState(0);
  const [view, setView] = useState<TermView>();
  const newest = useRef(ears);
  newest.current = ears;
  const look: TermLook = { fontSize, scrollback, isSpoken };
  const lookNow = useRef(look);
  lookNow.current = look;

  useEffect(() => {
    const box = element.current;
    if (box === null || generation === 0 || !isSeen) return;
    let made: TermView | undefined;
    let isOver = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    const say = <K extends keyof typeof newest.current>(name: K) => ((...args: Parameters<(typeof newest.current)[K]>) => (newest.current[name] as (...rest: unknown[]) => void)(...args)) as (typeof newest.current)[K];
    // The font decides how large a cell is; measured before it is there, every column would be off.
    void document.fonts.load(`${lookNow.current.fontSize}px "JetBrains Mono Variable"`).finally(() => {
      if (isOver) return;
      const names = ["onFocus", "onPaste", "onLink", "onLinkPressed", "onFound", "onFailure"] as const;
      const stable = Object.fromEntries(names.map((name) => [name, say(name)])) as unknown as Omit<TermEars, "onDetached">;
      made = createTermView({ element: box, client, paneId, label, look: lookNow.current, ears: { ...stable, onDetached: () => (again = setTimeout(() => setTries((count) => count + 1), 500)) } });
      setView(made);
    });
    return () => {
      isOver = true;
      clearTimeout(again);
      setView(undefined);
      made?.dispose();
    };
  }, [client, element, generation, isSeen, label, paneId, tries]);

  useEffect(() => view?.restyle({ fontSize, scrollback, isSpoken }), [view, fontSize, scrollback, isSpoken, theme]);
  return view;
}

function useIsPageSeen(): boolean {
  const [isSeen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const change = () => {
      clearTimeout(timer);
      if (document.hidden) timer = setTimeout(() => setSeen(false), OUT_OF_SIGHT_MS);
      else setSeen(true);
    };
    document.addEventListener("visibilitychange", change);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", change);
    };
  }, []);
  return isSeen;
}
