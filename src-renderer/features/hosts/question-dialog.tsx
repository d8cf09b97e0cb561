import { type FormEvent, useState } from "react";
import type { Prompt } from "../../../src-main/contract/index.ts";
import { plural } from "../../lib/format.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Bytes } from "../../ui/bytes.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { EnvironmentTag } from "../../ui/tag.tsx";
import { KeyPicture } from "./key-picture.tsx";
import styles from "./hosts.module.css";

type Props = { prompt: Prompt; waiting: number; onAnswer: (values: readonly string[] | undefined) => void };

const TITLES = { secret: "is asked for", interactive: "asks", "host-key": "shows a key that is not known yet" } as const;

/** What a server asks, in its own words, marked as its own. What is typed here goes to that server and nowhere else. */
export const QuestionDialog = ({ prompt, waiting, onAnswer }: Props) => {
  const [values, setValues] = useState<readonly string[]>([]);
  const fields = prompt.kind === "interactive" ? prompt.fields : prompt.kind === "secret" ? [{ label: prompt.what === "password" ? "Password" : "Passphrase", isShown: false }] : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAnswer(prompt.kind === "host-key" ? [prompt.fingerprint] : fields.map((_, index) => values[index] ?? ""));
  };
  const isKey = prompt.kind === "host-key";
  return (
    <Dialog
      isOpen
      onClose={() => onAnswer(undefined)}
      size={isKey ? "md" : "sm"}
      title={prompt.kind === "secret" ? `The ${prompt.what} for ${prompt.host} ${TITLES.secret}` : `${prompt.host} ${TITLES[prompt.kind]}`}
      {...(isKey && { lead: <EnvironmentTag environment={prompt.environment} /> })}
      footer={
        <>
          {waiting > 0 ? <span className={styles.quiet}>{plural(waiting, "more question")}</span> : null}
          <span className={styles.grow} />
          <Button onClick={() => onAnswer(undefined)}>{isKey ? "Do not trust it" : "Do not sign in"}</Button>
          <Button kind="primary" type="submit" form="server-question">
            {isKey ? "Trust this key" : "Answer"}
          </Button>
        </>
      }
    >
      <form id="server-question" className={styles.form} onSubmit={submit}>
        {prompt.kind === "interactive" && prompt.isAgain === true ? <Banner tone="warn" title="That was not it">{prompt.host} refused the answer before and asks again. Too many wrong ones may lock the account there.</Banner> : null}
        {prompt.kind === "secret" ? <code className={styles.quiet}>{prompt.detail}</code> : null}
        {prompt.kind === "interactive" && `${prompt.title}${prompt.instructions}`.trim() !== "" ? <Bytes text={[prompt.title, prompt.instructions].filter(Boolean).join("\n")} label="What the server says" canCopy={false} wraps /> : null}
        {fields.map((field, index) => (
          // oxlint-disable-next-line no-array-index-key -- the server's own order is their only identity
          <Field key={index} label={field.label.trim() || "Answer"}>
            <Input isMono type={field.isShown ? "text" : "password"} value={values[index] ?? ""} onValue={(value) => setValues((before) => fields.map((_, at) => (at === index ? value : (before[at] ?? ""))))} />
          </Field>
        ))}
        {isKey ? (
          <>
            <Banner tone={prompt.environment === "prod" ? "warn" : "info"} title="Compare it before you trust it">
              Nothing has been sent to it. The fingerprint or the picture must be the same as on the host itself.{prompt.otherTypes.length > 0 ? ` Known so far, of other types: ${prompt.otherTypes.join(", ")}.` : ""}
            </Banner>
            <KeyPicture keyType={prompt.keyType} fingerprint={prompt.fingerprint} randomart={prompt.randomart} />
          </>
        ) : null}
      </form>
    </Dialog>
  );
};
