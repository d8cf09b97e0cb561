import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useApp, useCommands } from "../../app/use-app.ts";
import { formatBytes, formatInstant } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Grow, Toolbar } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Select } from "../../ui/select.tsx";
import { type Cast, createCastReader, findShown, firstShownMs, marksOf } from "./cast.ts";
import { type CastPlayer, createCastPlayer, type Run } from "./cast-player.ts";
import styles from "./replay.module.css";

const PART_BYTES = 1 << 20;
const FRAME_MS = 40;
/** Nobody wants to watch a prompt for an hour: silence longer than this is played as this. */
const LONGEST_PAUSE_MS = 2000;
const SPEEDS = ["0.5", "1", "2", "4", "16", "64"] as const;

const NOTHING: Cast["events"] = [];

type Loaded = { readonly cast: Cast; readonly bytes: number; readonly size: number; readonly isWhole: boolean; readonly failure?: string };

/** A recorded session: play, seek, speed, search in what was shown, jump to what was typed. */
export const Replay = ({ recording, onClose }: { recording: string; onClose: () => void }) => {
  const loaded = useCast(recording);
  const player = useRef<CastPlayer>(undefined);
  const cast = useRef<Cast>(undefined);
  const [lines, setLines] = useState<readonly (readonly Run[])[]>([]);
  const [nowMs, setNowMs] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<(typeof SPEEDS)[number]>("1");
  const [skipsPauses, setSkipsPauses] = useState(true);
  const [words, setWords] = useState("");
  const [missed, setMissed] = useState(false);
  cast.current = loaded?.cast;
  const events = loaded?.cast.events ?? NOTHING;
  const totalMs = events.at(-1)?.atMs ?? 0;
  const marks = useMemo(() => marksOf(events), [events]);

  const show = useCallback(async (toMs: number) => {
    setNowMs(toMs);
    player.current ??= createCastPlayer(() => cast.current as Cast);
    await player.current.seek(toMs);
    setLines(player.current.lines());
  }, []);
  useEffect(() => () => player.current?.dispose(), []);
  const isReady = loaded !== undefined;
  useEffect(() => {
    if (isReady) void show(firstShownMs(cast.current?.events ?? NOTHING));
  }, [isReady, show]);
  usePlaying(isPlaying, { nowMs, totalMs, speed: Number(speed), skipsPauses, events }, show, () => setPlaying(false));

  const toggle = () => {
    if (!isPlaying && nowMs >= totalMs) void show(0);
    setPlaying(!isPlaying);
  };
  const find = () => {
    const at = findShown(events, words, nowMs);
    setMissed(at === undefined);
    if (at !== undefined) void show(at);
  };
  useCommands([
    { id: "audit.play", title: isPlaying ? "Pause the replay" : "Play the replay", icon: "play", keys: "k", run: toggle },
    { id: "audit.replay-back", title: "Go back five seconds", keys: "j", mayRepeat: true, run: () => void show(Math.max(0, nowMs - 5000)) },
    { id: "audit.replay-on", title: "Go on five seconds", keys: "l", mayRepeat: true, run: () => void show(Math.min(totalMs, nowMs + 5000)) },
  ]);
  if (loaded?.failure !== undefined)
    return (
      <Banner tone="bad" title="The recording cannot be played" actions={<Button onClick={onClose}>Close</Button>}>
        {loaded.failure}
      </Banner>
    );
  return (
    <section className={styles.replay} aria-label="Session replay">
      <Toolbar label="Replay">
        <IconButton icon={isPlaying ? "pause" : "play"} label={isPlaying ? "Pause" : "Play"} keys="k" onClick={toggle} />
        <input className={styles.seek} type="range" min={0} max={Math.max(1, Math.round(totalMs))} step={50} value={Math.round(nowMs)} aria-label="Position" aria-valuetext={`${clock(nowMs)} of ${clock(totalMs)}`} onChange={(event) => void show(Number(event.currentTarget.value))} />
        <span className={styles.clock}>
          {clock(nowMs)} / {clock(totalMs)}
        </span>
        <Select label="Speed" value={speed} onValue={setSpeed} choices={SPEEDS.map((value) => ({ value, text: `${value}×` }))} />
        <Button size="sm" kind="ghost" aria-pressed={skipsPauses} onClick={() => setSkipsPauses(!skipsPauses)}>
          {skipsPauses ? "Pauses shortened" : "Pauses as they were"}
        </Button>
        <IconButton icon="close" label="Close the replay" onClick={onClose} />
      </Toolbar>
      <Toolbar label="Find in the session">
        <SearchBox value={words} onValue={(next) => (setWords(next), setMissed(false))} label="Find in what was shown" onKeyDown={(event) => event.key === "Enter" && find()} />
        {missed ? <span role="status">Not shown in this session.</span> : null}
        {marks.length === 0 ? null : <Select label="Jump to a command" placeholder={`Jump to one of ${marks.length} commands…`} value={null} onValue={(value: string) => void show(marks[Number(value)]?.atMs ?? 0)} choices={marks.slice(0, 2000).map(({ text, atMs, kind }, n) => ({ value: String(n), text: `${clock(atMs)}  ${kind === "command" ? text : `(${kind}) ${text}`}` }))} />}
        <Grow />
        <span className={styles.dim}>
          {loaded === undefined ? "Loading…" : `${formatInstant(loaded.cast.header.startedAt)} · ${loaded.isWhole ? formatBytes(loaded.size) : `${formatBytes(loaded.bytes)} of ${formatBytes(loaded.size)} loaded`}`}
        </span>
      </Toolbar>
      <CastScreen lines={lines} />
    </section>
  );
};

/** The terminal's picture as text: it can be selected, searched and read aloud, and holds nothing that acts. */
export const CastScreen = ({ lines }: { lines: readonly (readonly Run[])[] }) => (
  <pre className={styles.screen} tabIndex={0} aria-label="What the terminal showed">
    {lines.map((runs, y) => (
      <div key={y} className={styles.line}>
        {runs.map((run, n) => (
          <span key={n} style={{ color: run.fg, backgroundColor: run.bg, fontWeight: run.isBold ? 700 : undefined, opacity: run.isDim ? 0.7 : undefined, textDecoration: run.isUnderlined ? "underline" : undefined }}>
            {run.text}
          </span>
        ))}
      </div>
    ))}
  </pre>
);

function useCast(recording: string): Loaded | undefined {
  const { client } = useApp();
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    const over = new AbortController();
    const reader = createCastReader();
    void (async () => {
      let from = 0;
      try {
        for (;;) {
          const part = await client.audit.cast({ id: recording, from, bytes: PART_BYTES }, { signal: over.signal });
          reader.add(part.text);
          const isWhole = part.next >= part.size;
          from = part.next;
          setLoaded({ cast: reader.cast(), bytes: from, size: part.size, isWhole });
          if (isWhole) return;
        }
      } catch (failure) {
        if (!over.signal.aborted) setLoaded({ cast: reader.cast(), bytes: from, size: from, isWhole: false, failure: (failure as Error).message });
      }
    })();
    return () => over.abort();
  }, [client, recording]);
  return loaded;
}

type Playing = { readonly nowMs: number; readonly totalMs: number; readonly speed: number; readonly skipsPauses: boolean; readonly events: Cast["events"] };

function usePlaying(isPlaying: boolean, playing: Playing, show: (toMs: number) => Promise<void>, onEnd: () => void): void {
  const newest = useRef({ playing, onEnd });
  newest.current = { playing, onEnd };
  useEffect(() => {
    if (!isPlaying) return;
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const tick = async () => {
      const { nowMs, totalMs, speed, skipsPauses, events } = newest.current.playing;
      if (nowMs >= totalMs) return newest.current.onEnd();
      let toMs = nowMs + FRAME_MS * speed;
      if (skipsPauses) {
        const coming = events.find(({ atMs }) => atMs > nowMs)?.atMs ?? totalMs;
        if (coming - nowMs > LONGEST_PAUSE_MS) toMs = Math.max(toMs, coming - LONGEST_PAUSE_MS);
      }
      await show(Math.min(totalMs, toMs));
      if (!over) timer = setTimeout(() => void tick(), FRAME_MS);
    };
    timer = setTimeout(() => void tick(), FRAME_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [isPlaying, show]);
}

const clock = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
};
