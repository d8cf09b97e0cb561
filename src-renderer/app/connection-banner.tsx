import { useEffect, useState } from "react";
import type { LinkState } from "../link/index.ts";
import { Banner } from "../ui/banner.tsx";

export type ConnectionNews = "none" | "connecting" | "core-down" | "network-down" | "back";

const BACK_MS = 2500;
const SLOW_MS = 1200;

/** What is worth saying about the link: the first connection only when it is slow, a lost one at once, its return for a moment. */
export const useConnectionNews = (link: Pick<LinkState, "is" | "why">): ConnectionNews => {
  const [isSlow, setSlow] = useState(false);
  const [wasDown, setWasDown] = useState(false);
  if (link.is === "down" && !wasDown) setWasDown(true);
  useEffect(() => {
    if (link.is === "down") return;
    if (link.is === "connecting") {
      const timer = setTimeout(() => setSlow(true), SLOW_MS);
      return () => clearTimeout(timer);
    }
    const timer = setTimeout(() => setWasDown(false), BACK_MS);
    return () => clearTimeout(timer);
  }, [link.is]);
  if (link.is === "down") return link.why === "network" ? "network-down" : "core-down";
  if (link.is === "connecting") return isSlow ? "connecting" : "none";
  return wasDown ? "back" : "none";
};

export const ConnectionBanner = ({ news }: { news: ConnectionNews }) => {
  switch (news) {
    case "none":
      return null;
    case "connecting":
      return (
        <Banner shape="strip" tone="info" title="Connecting to the core…">
          It is starting. This takes a second or two.
        </Banner>
      );
    case "core-down":
      return (
        <Banner shape="strip" tone="warn" title="The core has stopped and is being started again.">
          What was acknowledged is safe. Running work resumes where it was; no command runs twice.
        </Banner>
      );
    case "network-down":
      return (
        <Banner shape="strip" tone="warn" title="The connection to the core is lost. Reconnecting…">
          What you see is the last known state. Nothing is sent until it is back.
        </Banner>
      );
    case "back":
      return (
        <Banner shape="strip" tone="ok" title="Connected again.">
          Everything shown is up to date.
        </Banner>
      );
    default:
      news satisfies never;
      return null;
  }
};
