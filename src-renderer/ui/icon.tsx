import styles from "./icon.module.css";

/**
 * The app's own icons: a 20×20 grid, one stroke of 1.6, no fills. Each entry is one path. A dot is drawn as a line of
 * length .01, which round caps turn into a circle of the stroke's width.
 */
const PATHS = {
  chat: "M3 4h14v9.5H8.5L5 16.5v-3H3z",
  terminal: "M2.5 4h15v12h-15zM5.5 8l2.6 2-2.6 2M10 12.5h4",
  hosts: "M3 3.5h14v5H3zM3 11.5h14v5H3zM6 6h.01M6 14h.01M9 6h5M9 14h5",
  runbook: "M5 3h10v14l-5-3.2L5 17z",
  knowledge: "M4 3h8.5L16 6.5V17H4zM12.5 3v3.5H16M7 10h6M7 13.5h6",
  approvals: "M10 2.2 16.8 5v5c0 3.8-2.8 6.7-6.8 7.8C6 16.7 3.2 13.8 3.2 10V5zM7 10l2.2 2.2L13.2 8",
  audit: "M4 4h12M4 8h12M4 12h8M4 16h5",
  insight: "M3 16.5l4-6 4 3 6-9.5",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
  close: "M5 5l10 10M15 5 5 15",
  check: "M4 10.5l4 4 8-9",
  minus: "M5 10h10",
  plus: "M10 4v12M4 10h12",
  "chevron-down": "M5.5 8 10 12.5 14.5 8",
  "chevron-up": "M5.5 12 10 7.5l4.5 4.5",
  "chevron-right": "M8 5.5 12.5 10 8 14.5",
  "chevron-left": "M12 5.5 7.5 10l4.5 4.5",
  "arrow-up": "M10 16V4M5 9l5-5 5 5",
  "arrow-down": "M10 4v12M5 11l5 5 5-5",
  "arrow-right": "M4 10h12M11 5l5 5-5 5",
  "up-down": "M6.5 8 10 4.5 13.5 8M6.5 12l3.5 3.5 3.5-3.5",
  more: "M4.5 9.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8zM10 9.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8zM15.5 9.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8z",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9v5M10 6.2h.01",
  warning: "M10 3 18 16.5H2zM10 8v4M10 14.3h.01",
  error: "M7 2.5h6L17.5 7v6L13 17.5H7L2.5 13V7zM10 6v5M10 13.8h.01",
  success: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM6.5 10.2l2.4 2.4L13.5 8",
  lock: "M4.5 9h11v8h-11zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v2",
  unlock: "M4.5 9h11v8h-11zM7 9V6.5a3 3 0 0 1 5.8-1M10 12v2",
  key: "M7 9a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10.2 17 3.2M14 6.2l2.5 2.5M7 13h.01",
  user: "M10 3a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM3.5 17c.6-3.2 3.1-4.7 6.5-4.7s5.9 1.5 6.5 4.7",
  users: "M7.5 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM2 16.5c.4-2.8 2.5-4.2 5.5-4.2s5.1 1.4 5.5 4.2M13 4.3a3 3 0 0 1 0 5.5M15 12.7c1.7.6 2.7 1.9 3 3.8",
  copy: "M7 7h9.5v10H7zM13 7V3H3.5v10H7",
  edit: "M4 16l.8-3.6L13.2 4l2.8 2.8-8.4 8.4zM11.5 5.7l2.8 2.8",
  trash: "M3.5 5.5h13M8 5.5V3h4v2.5M5 5.5 5.8 17h8.4L15 5.5M8.5 9v5M11.5 9v5",
  play: "M6 3.5 16 10 6 16.5z",
  stop: "M5 5h10v10H5z",
  pause: "M7 4v12M13 4v12",
  refresh: "M16.5 10a6.5 6.5 0 1 1-2-4.7M16.5 3v3.5H13",
  undo: "M7 4 3.5 7.5 7 11M3.5 7.5h8a4.7 4.7 0 0 1 0 9.5H8",
  download: "M10 3v10M6 9.5l4 4 4-4M3.5 17h13",
  upload: "M10 14V4M6 7.5l4-4 4 4M3.5 17h13",
  filter: "M3 4h14l-5.5 6.5V16l-3 1.5v-7z",
  folder: "M2.5 4.5h5l2 2.5h8v9h-15z",
  file: "M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15",
  link: "M8.5 11.5l3-3M7.5 8.5l-2.7 2.7a2.8 2.8 0 0 0 4 4l2.7-2.7M12.5 11.5l2.7-2.7a2.8 2.8 0 0 0-4-4L8.5 7.5",
  external: "M11.5 3.5h5v5M16.5 3.5 9 11M14 11.5v5H3.5V6h5",
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 6v4.2l2.8 1.8",
  record: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  anchor: "M10 6.5V17M10 3a1.75 1.75 0 1 0 0 3.5A1.75 1.75 0 0 0 10 3zM7 9.5h6M3.5 11.5c0 3.3 2.9 5.5 6.5 5.5s6.5-2.2 6.5-5.5",
  network: "M8 2.5h4v4H8zM2.5 13.5h4v4h-4zM13.5 13.5h4v4h-4zM10 6.5V10M4.5 13.5V10h11v3.5",
  sealed: "M10 2.2 16.8 5v5c0 3.8-2.8 6.7-6.8 7.8C6 16.7 3.2 13.8 3.2 10V5zM7 10h6",
  model: "M6 6h8v8H6zM8.5 3v3M11.5 3v3M8.5 14v3M11.5 14v3M3 8.5h3M3 11.5h3M14 8.5h3M14 11.5h3",
  keyboard: "M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7",
  eye: "M2 10c1.8-3.5 4.5-5.2 8-5.2s6.2 1.7 8 5.2c-1.8 3.5-4.5 5.2-8 5.2S3.8 13.5 2 10zM10 7.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
  "eye-off": "M3.5 3.5l13 13M8 5.1c.6-.2 1.3-.3 2-.3 3.5 0 6.2 1.7 8 5.2a11 11 0 0 1-2.2 3M12.9 14.8c-.9.3-1.9.4-2.9.4-3.5 0-6.2-1.7-8-5.2A11 11 0 0 1 5 6.4",
  "split-right": "M2.5 4h15v12h-15zM10 4v12",
  "split-down": "M2.5 4h15v12h-15zM2.5 10h15",
  maximize: "M3.5 8V3.5H8M12 3.5h4.5V8M16.5 12v4.5H12M8 16.5H3.5V12",
  broadcast: "M10 9.9h.01M6.8 13.2a4.5 4.5 0 0 1 0-6.4M13.2 6.8a4.5 4.5 0 0 1 0 6.4M4.3 15.7a8 8 0 0 1 0-11.4M15.7 4.3a8 8 0 0 1 0 11.4",
  send: "M17 3 9 11M17 3l-5 14-3-6-6-3z",
  attach: "M15.5 9.5 10 15a3.5 3.5 0 0 1-5-5l6-6a2.4 2.4 0 0 1 3.4 3.4l-5.9 5.9a1.2 1.2 0 0 1-1.7-1.7L12 6.4",
  tag: "M3 3h7l7 7-7 7-7-7zM6.5 6.5h.01",
  history: "M3.5 10A6.5 6.5 0 1 1 5.5 14.7M3.5 14v-4M3.5 10h4M10 6.5V10l2.5 1.5",
  chart: "M3.5 3v13.5H17M7 13v-3M10.5 13V6.5M14 13V9",
  help: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM7.8 7.8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.7M10 14h.01",
  command: "M7 7h6v6H7zM7 7V5a2 2 0 1 0-2 2zM13 7h2a2 2 0 1 0-2-2zM13 13v2a2 2 0 1 0 2-2zM7 13H5a2 2 0 1 0 2 2z",
  enter: "M16 4v5.5a2 2 0 0 1-2 2H4.5M8 8l-3.5 3.5L8 15",
  pin: "M8 3h4l-.5 5 3 2.5v1.5h-9v-1.5l3-2.5zM10 12v5",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16.5 11.5A7 7 0 0 1 8.5 3.5a7 7 0 1 0 8 8z",
  contrast: "M10 2.5a7.5 7.5 0 1 0 0 15zM10 2.5a7.5 7.5 0 0 1 0 15M12 7h3.5M12 10h5M12 13h3.5",
  display: "M2.5 4h15v9.5h-15zM7 17h6M10 13.5V17",
} as const;

export type IconName = keyof typeof PATHS;
export const ICON_NAMES = Object.keys(PATHS) as readonly IconName[];

type Props = {
  name: IconName;
  /** Pixels: 14 inside dense text, 16 in controls, 18 in the rail. */
  size?: number;
  /** Give it only when the icon stands alone and nothing around it says the same. */
  label?: string;
};

export const Icon = ({ name, size = 16, label }: Props) => (
  <svg className={styles.icon} viewBox="0 0 20 20" width={size} height={size} {...(label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label })}>
    <path d={PATHS[name]} />
  </svg>
);
