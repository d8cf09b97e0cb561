import { useEffect, useState } from "react";
import type { BreakGlassView } from "../../src-main/contract/index.ts";
import { formatClock } from "../lib/format.ts";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { useApp, useFeed } from "./use-app.ts";

/** While a glass is broken, every screen says so: what one person may do alone is no matter of one page. */
export const GlassStrip = () => {
  const { client } = useApp();
  const [glass, setGlass] = useState<BreakGlassView>();
  useFeed("glass", (core, signal) => core.approvals.queue({}, { signal }), ({ breakGlass }) => setGlass(breakGlass), () => {});
  useEffect(() => {
    if (glass === undefined) return;
    const timer = setTimeout(() => setGlass(undefined), Math.max(0, glass.untilAt - Date.now()));
    return () => clearTimeout(timer);
  }, [glass]);
  return glass === undefined ? null : <GlassBanner glass={glass} onClose={() => void client.approvals.closeBreakGlass({})} />;
};

export const GlassBanner = ({ glass, onClose }: { glass: BreakGlassView; onClose: () => void }) => (
  <Banner shape="strip" tone="bad" title={`The glass is broken until ${formatClock(glass.untilAt).slice(0, 5)}.`} actions={<Button size="sm" onClick={onClose}>Close it now</Button>}>
    {glass.byName}: {glass.reason}. One person may approve alone, and freezes do not hold. Everything is in the record and will be reviewed.
  </Banner>
);
