import { EFFECTS } from "../../src-main/contract/words.ts";
import type { Preview } from "../lib/preview.ts";
import { Chip } from "./chip.tsx";
import { Kbd, Keys } from "./kbd.tsx";
import { Row, Stack } from "./preview-row.tsx";
import { StatusDot } from "./status-dot.tsx";
import { Count, EffectTag, EnvironmentTag, Tag } from "./tag.tsx";

export const previews: readonly Preview[] = [
  {
    name: "Effects",
    draw: () => (
      <Row>
        {EFFECTS.map((effect) => (
          <EffectTag key={effect} effect={effect} />
        ))}
      </Row>
    ),
  },
  {
    name: "Environments, tones, counts",
    draw: () => (
      <Stack>
        <Row>
          <EnvironmentTag environment="dev" />
          <EnvironmentTag environment="staging" />
          <EnvironmentTag environment="prod" />
        </Row>
        <Row>
          {(["neutral", "accent", "ok", "warn", "hot", "bad", "violet"] as const).map((tone) => (
            <Tag key={tone} tone={tone}>
              {tone}
            </Tag>
          ))}
        </Row>
        <Row>
          <Count value={2} />
          <Count value={41} tone="accent" />
          <Count value={1204} tone="bad" />
          <Count value={7} tone="neutral" />
        </Row>
      </Stack>
    ),
  },
  {
    name: "Chips",
    draw: () => (
      <Row>
        <Chip state="ok">web-01</Chip>
        <Chip state="busy">connecting</Chip>
        <Chip environment="prod" state="ok" onRemove={() => {}}>
          db-01
        </Chip>
        <Chip environment="staging" onRemove={() => {}}>
          @staging
        </Chip>
        <Chip environment="dev">dev-07</Chip>
        <Chip icon="clock">expires in 14:32</Chip>
        <Chip icon="model" onPress={() => {}}>
          no model · skills
        </Chip>
        <Chip isMono>9f3c…</Chip>
      </Row>
    ),
  },
  {
    name: "Status",
    draw: () => (
      <Row>
        <StatusDot state="ok" label="connected" />
        <StatusDot state="busy" label="connecting" />
        <StatusDot state="warn" label="key changed" />
        <StatusDot state="bad" label="unreachable" />
        <StatusDot state="idle" label="not connected" />
      </Row>
    ),
  },
  {
    name: "Keys",
    draw: () => (
      <Row>
        <Kbd>↵</Kbd>
        <Keys keys="Mod+K" />
        <Keys keys="g h" />
        <Keys keys="Mod+Shift+D" />
      </Row>
    ),
  },
];
