import { CSPProvider } from "@base-ui/react/csp-provider";
import { lazy, memo, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { Banner } from "../ui/banner.tsx";
import { ScreenSkeleton } from "../ui/skeleton.tsx";
import { ServerQuestions } from "../features/hosts/index.ts";
import { TooltipGroup } from "../ui/tooltip.tsx";
import { ConnectionBanner, useConnectionNews } from "./connection-banner.tsx";
import type { AppModel } from "./create-app.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { reportOf, reportText } from "./failure-report.ts";
import { GlassStrip } from "./glass-strip.tsx";
import styles from "./frame.module.css";
import { Rail } from "./rail.tsx";
import { BarSlot } from "./screen-bar.tsx";
import { StatusBar } from "./status-bar.tsx";
import { TopBar } from "./top-bar.tsx";
import { UnlockScreen } from "./unlock-screen.tsx";
import { AppContext, useAppModel, useLink, useRoute, useStatus } from "./use-app.ts";

// Not needed to show where things are: they come right after the first draw, or when asked for.
const ToastHost = lazy(() => import("../ui/toast-host.tsx").then((module) => ({ default: module.ToastHost })));
const PaletteOverlay = lazy(() => import("./palette-overlay.tsx").then((module) => ({ default: module.PaletteOverlay })));
const HelpOverlay = lazy(() => import("./help-overlay.tsx").then((module) => ({ default: module.HelpOverlay })));

export const App = ({ app }: { app: AppModel }) => (
  <CSPProvider disableStyleElements>
    <AppContext value={app}>
      <TooltipGroup>
        <Frame />
        <Overlays />
        <Questions />
        <Suspense>
          <ToastHost toasts={app.toasts} />
        </Suspense>
      </TooltipGroup>
    </AppContext>
  </CSPProvider>
);

const Frame = () => {
  const app = useAppModel();
  const route = useRoute();
  const isKnown = useStatus((status) => status !== undefined);
  const isLocked = useStatus((status) => status?.principal.locked === true);
  const recorderFailure = useStatus((status) => (status?.recorder.state === "failed" ? status.recorder.say : undefined));
  const isUpdated = useStatus((status) => status?.updated === true);
  const link = useLink((now) => now);
  const news = useConnectionNews(link);
  const [slot, setSlot] = useState<HTMLDivElement | null>(null);
  const screen = app.screens.find(({ path }) => path === route.screen);
  const main = useScreenFocus(screen?.title);
  return (
    <>
      {/* While locked nothing behind the lock may be read, focused or heard. */}
      <div className={styles.frame} inert={isLocked} aria-hidden={isLocked || undefined}>
        <a href="#main" className={styles.skip} onClick={(event) => (event.preventDefault(), main.current?.focus())}>
          Skip to the content
        </a>
        <LiveRail current={route.screen} />
        <TopBar title={screen?.title ?? "SENA"} slotRef={setSlot} onSearch={() => app.actions.openPalette()} />
        <div className={styles.news}>
          <ConnectionBanner news={news} />
          {recorderFailure === undefined ? null : (
            <Banner shape="strip" tone="bad" title="The recorder has failed, so nothing runs.">
              {recorderFailure}
            </Banner>
          )}
          {isUpdated ? (
            <Banner shape="strip" tone="info" title="SENA was updated on this machine.">
              The version before it still runs, and parts that it has not used yet may fail. When nothing is under way, end SENA and start it again.
            </Banner>
          ) : null}
          {!isKnown || isLocked ? null : <GlassStrip />}
        </div>
        <main id="main" ref={main} className={styles.main} tabIndex={-1} aria-label={screen?.title}>
          <BarSlot value={slot}>
            <OpenScreen key={isLocked ? "locked" : "open"} isLocked={isLocked} />
          </BarSlot>
        </main>
        <LiveStatusBar isStale={link.is !== "up"} />
      </div>
      {isLocked ? <UnlockScreen /> : null}
    </>
  );
};

// The status changes with every recorded event: only what shows it hears of that, never the frame with the open screen in it.
const LiveRail = ({ current }: { current: string }) => {
  const { screens } = useAppModel();
  const counts = useStatus(useShallow((status) => screens.map((screen) => (status === undefined ? 0 : (screen.count?.(status) ?? 0)))));
  return <Rail screens={screens} current={current} counts={counts} />;
};
const LiveStatusBar = ({ isStale }: { isStale: boolean }) => <StatusBar status={useStatus((now) => now)} isStale={isStale} />;

const OpenScreen = memo(({ isLocked }: { isLocked: boolean }) => {
  const app = useAppModel();
  const route = useRoute();
  const screen = app.screens.find(({ path }) => path === route.screen);
  const Element = screen?.element;
  const onFailure = (failure: unknown) => {
    const ref = app.report(failure);
    const about = { version: app.status.getState().status?.version ?? "unknown", screen: route.screen, at: new Date().toISOString(), agent: navigator.userAgent };
    return { ref, text: reportText({ ...reportOf(failure, ref), ref }, about) };
  };
  if (isLocked) return null;
  if (Element === undefined)
    return (
      <EmptyState icon="help" title="There is no such place">
        The address names “{route.screen}”, which this version of SENA does not have. Choose a screen on the left.
      </EmptyState>
    );
  return (
    <ErrorBoundary onFailure={onFailure} resetKey={route.screen}>
      <Suspense key={route.screen} fallback={<ScreenSkeleton />}>
        <Element />
      </Suspense>
    </ErrorBoundary>
  );
});
OpenScreen.displayName = "OpenScreen";

/** Another screen: its name goes to the window's title and the focus to its content, so that a screen reader hears where it is. */
const useScreenFocus = (title: string | undefined) => {
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (title === undefined) return;
    document.title = `${title} · SENA`;
    if (isFirst.current) isFirst.current = false;
    // A screen that placed the focus itself (an input, a terminal) knows better.
    else if (main.current !== null && !main.current.contains(document.activeElement)) main.current.focus({ preventScroll: true });
  }, [title]);
  return main;
};

/** What servers ask while connecting stands over every screen; behind the lock nobody may answer, so nobody is asked. */
const Questions = () => {
  const mayAnswer = useStatus((status) => status?.principal.locked === false && status.principal.permissions.includes("operate"));
  return mayAnswer ? (
    <Suspense fallback={null}>
      <ServerQuestions />
    </Suspense>
  ) : null;
};

const Overlays = () => {
  const app = useAppModel();
  const overlay = useStore(app.overlay);
  const isLocked = useStatus((status) => status?.principal.locked === true);
  const shown = useMemo(() => {
    if (isLocked || overlay.is === "none") return null;
    return overlay.is === "palette" ? <PaletteOverlay query={overlay.query} /> : <HelpOverlay />;
  }, [isLocked, overlay]);
  return <Suspense fallback={null}>{shown}</Suspense>;
};
