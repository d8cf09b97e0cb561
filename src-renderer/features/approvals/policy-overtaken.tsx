import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import type { PolicyDraft } from "./policy-draft.ts";
import { Difference } from "./policy-versions.tsx";

/** Somebody else's change came while this was written: what it was, before the text here can be proposed over it. */
export const PolicyOvertaken = ({ draft, onNoted, onBack }: { draft: PolicyDraft; onNoted: () => void; onBack: () => void }) => (
  <section aria-label="What came into force meanwhile">
    <Banner
      tone="warn"
      title="Other policies came into force while you wrote"
      actions={
        <>
          <Button size="sm" onClick={onNoted}>
            My text takes it in
          </Button>
          <Button size="sm" kind="ghost" onClick={onBack}>
            Give up my text
          </Button>
        </>
      }
    >
      Your text is as you left it. Proposed as it is, it could take back what came, which is this:
    </Banner>
    <Difference before={draft.base} after={draft.active} label="What came into force meanwhile" />
  </section>
);
