import type { MenuEntry } from "../../ui/menu.tsx";

type Needs = {
  acts: { readonly reconnect: () => void; readonly recordAgain: () => void; readonly close: () => void; readonly reset: () => void; readonly mark: () => void; readonly copy: () => void; readonly find: () => void };
  onSplit: ((direction: "row" | "column") => void) | undefined;
  onSnippets: (() => void) | undefined;
  hasSelection: () => boolean;
  isSpoken: boolean;
  toggleSpoken: () => void;
};

export function paneMenu({ acts, onSplit, onSnippets, hasSelection, isSpoken, toggleSpoken }: Needs): readonly MenuEntry[] {
  const split: readonly MenuEntry[] =
    onSplit === undefined
      ? []
      : [
          { id: "right", text: "Split to the right", icon: "split-right", keys: "Mod+Shift+D", onSelect: () => onSplit("row") },
          { id: "down", text: "Split downwards", icon: "split-down", keys: "Mod+Shift+E", onSelect: () => onSplit("column") },
          { kind: "rule", id: "rule-split" },
        ];
  return [
    ...split,
    { id: "copy", text: "Copy the selection", icon: "copy", keys: "Mod+Shift+C", isDisabled: !hasSelection(), onSelect: acts.copy },
    { id: "find", text: "Search", icon: "search", keys: "Mod+Shift+F", onSelect: acts.find },
    ...(onSnippets === undefined ? [] : [{ id: "snippets", text: "Insert a snippet…", icon: "attach", keys: "Mod+Shift+S", onSelect: onSnippets } as const]),
    { kind: "rule", id: "rule-record" },
    { id: "mark", text: "Put a marker into the recording", icon: "pin", onSelect: acts.mark },
    { id: "reset", text: "Put a garbled screen in order", icon: "refresh", onSelect: acts.reset },
    { id: "spoken", text: "Read the screen aloud to a screen reader", isChecked: isSpoken, onSelect: toggleSpoken },
    { kind: "rule", id: "rule-close" },
    { id: "close", text: "Close the pane and its session", icon: "close", keys: "Mod+Shift+X", isDanger: true, onSelect: acts.close },
  ];
}
