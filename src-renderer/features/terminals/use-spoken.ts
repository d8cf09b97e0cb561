import { useState } from "react";

const KEY = "sena.terminal-spoken";

/** Whether terminals keep a copy of their text for a screen reader. It costs speed, so it is chosen, once, per machine. */
export function useSpoken(): readonly [boolean, () => void] {
  const [isSpoken, setSpoken] = useState(() => localStorage.getItem(KEY) === "yes");
  const toggle = () => {
    localStorage.setItem(KEY, isSpoken ? "no" : "yes");
    setSpoken(!isSpoken);
  };
  return [isSpoken, toggle];
}
