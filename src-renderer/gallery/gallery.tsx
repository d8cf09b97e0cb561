import { CSPProvider } from "@base-ui/react/csp-provider";
import { Suspense, use, useEffect, useMemo, useState } from "react";
import { applyLook, DEFAULT_LOOK, type Look } from "../app/appearance.ts";
import { ErrorBoundary } from "../app/error-boundary.tsx";
import { parseRoute, toHash } from "../app/router.ts";
import { classNames } from "../lib/class-names.ts";
import type { Preview } from "../lib/preview.ts";
import { Segmented } from "../ui/segmented.tsx";
import { TooltipGroup } from "../ui/tooltip.tsx";
import styles from "./gallery.module.css";

type Files = Readonly<Record<string, () => Promise<{ previews: readonly Preview[] }>>>;

/** `../ui/button.preview.tsx` → `ui/button`; the gallery's own come as `./frame.preview.tsx`. */
const nameOf = (path: string): string => path.replace(/^\.\//, "gallery/").replace(/^\.\.\//, "").replace(/\.preview\.tsx$/, "");

/** `#/ui/button` shows a file, `#/ui/button/Kinds` one state; `?bare=1` leaves out the gallery around it, `?theme=dark` sets the theme. */
export const Gallery = ({ files }: { files: Files }) => {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const read = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  const [chosen, setChosen] = useState<Look>(DEFAULT_LOOK);
  const asked = route.params.get("theme") as Look["theme"] | null;
  const look: Look = asked === null ? chosen : { ...chosen, theme: asked, reducedMotion: true };
  useEffect(() => applyLook(look, { root: document.documentElement, media: (query) => matchMedia(query) }));

  const names = useMemo(() => new Map(Object.entries(files).map(([path, load]) => [nameOf(path), load])), [files]);
  const place = [route.screen, ...route.rest].join("/");
  const file = [...names.keys()].find((name) => place === name || place.startsWith(`${name}/`)) ?? [...names.keys()][0];
  const load = file === undefined ? undefined : names.get(file);
  const state = file === undefined || place === file ? undefined : place.slice(file.length + 1);
  const previews = useMemo(() => load?.(), [load]);
  const isBare = route.params.get("bare") === "1";
  const shown = previews === undefined || file === undefined ? null : (
    <ErrorBoundary resetKey={place} onFailure={(failure) => ({ ref: "gallery", text: failure instanceof Error ? (failure.stack ?? failure.message) : String(failure) })}>
      <Suspense>
        <States previews={previews} file={file} state={state} />
      </Suspense>
    </ErrorBoundary>
  );
  return (
    <CSPProvider disableStyleElements>
      <TooltipGroup>
        {isBare ? (
          <main className={styles.bare}>{shown}</main>
        ) : (
          <div className={styles.gallery}>
            <nav className={styles.nav} aria-label="Components">
              {[...names.keys()].sort().map((name) => (
                <a key={name} href={toHash(name.split("/")[0] ?? "", name.split("/").slice(1))} aria-current={name === file ? "page" : undefined}>
                  {name}
                </a>
              ))}
            </nav>
            <div className={styles.right}>
              <header className={styles.bar}>
                <h1>{file}</h1>
                <LookSwitch look={chosen} onLook={setChosen} />
              </header>
              <main className={styles.main}>{shown}</main>
            </div>
          </div>
        )}
      </TooltipGroup>
    </CSPProvider>
  );
};

const LookSwitch = ({ look, onLook }: { look: Look; onLook: (look: Look) => void }) => (
  <>
    <Segmented label="Theme" value={look.theme} onValue={(theme) => onLook({ ...look, theme })} segments={(["system", "dark", "light", "contrast"] as const).map((value) => ({ value, text: value }))} />
    <Segmented label="Text size" value={look.textSize} onValue={(textSize) => onLook({ ...look, textSize })} segments={(["small", "normal", "large"] as const).map((value) => ({ value, text: value }))} />
  </>
);

const States = ({ previews, file, state }: { previews: Promise<{ previews: readonly Preview[] }>; file: string; state: string | undefined }) => {
  const all = use(previews).previews;
  const [folder = "", ...rest] = file.split("/");
  const shown = all.filter((preview) => (state === undefined ? preview.isOverlay !== true : preview.name === state));
  return (
    <div data-ready={state === undefined ? file : `${file}/${state}`} data-overlays={JSON.stringify(all.filter((preview) => preview.isOverlay).map((preview) => preview.name))}>
      {shown.map((preview) => (
        <section key={preview.name} className={styles.state} aria-label={preview.name}>
          <h2>{preview.name}</h2>
          <div className={classNames(styles.stage, preview.isWide && styles.wide)} style={preview.height === undefined ? undefined : { height: preview.height }}>
            <preview.draw />
          </div>
        </section>
      ))}
      {state !== undefined ? null : (
        <ul className={styles.overlays}>
          {all.map((preview) =>
            preview.isOverlay ? (
              <li key={preview.name}>
                <a href={toHash(folder, [...rest, preview.name])}>{preview.name} (opens over the window)</a>
              </li>
            ) : null,
          )}
        </ul>
      )}
    </div>
  );
};
