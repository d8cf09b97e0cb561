import { useState } from "react";
import type { Preview } from "../lib/preview.ts";
import { IconButton } from "./icon-button.tsx";
import { Tabs } from "./tabs.tsx";

const Two = () => {
  const [value, setValue] = useState<"facts" | "keys" | "runs">("facts");
  return (
    <Tabs
      label="Host"
      value={value}
      onValue={setValue}
      trailing={<IconButton icon="more" label="More" size="sm" />}
      tabs={[
        { value: "facts", text: "Facts", icon: "info", content: <p>Debian 12, 4 cores</p> },
        { value: "keys", text: "Host keys", count: 2, content: <p>ed25519 and rsa</p> },
        { value: "runs", text: "Runs", isDisabled: true, content: <p>None</p> },
      ]}
    />
  );
};

export const previews: readonly Preview[] = [{ name: "Strip", draw: Two, height: 120, isWide: true }];
