import { lazy, Suspense } from "react";
import { Icon } from "../ui/icon.tsx";
import styles from "./unlock-screen.module.css";
import { useStatus } from "./use-app.ts";
import { UNLOCK } from "./unlock.ts";

const Form = UNLOCK === undefined ? undefined : lazy(UNLOCK);

/** Covers everything while nobody is signed in. The form itself belongs to whoever knows how operators prove who they are. */
export const UnlockScreen = () => {
  const version = useStatus((status) => status?.version);
  return (
    <div className={styles.cover} role="dialog" aria-modal="true" aria-labelledby="unlock-title">
      <div className={styles.card}>
        <span className={styles.icon}>
          <Icon name="lock" size={20} />
        </span>
        <h1 id="unlock-title" className={styles.title}>
          SENA is locked
        </h1>
        <p className={styles.words}>Terminals stay connected and recorded work goes on. Nothing is shown and nothing can be started until somebody unlocks.</p>
        {Form === undefined ? null : (
          <Suspense fallback={null}>
            <Form />
          </Suspense>
        )}
        <p className={styles.version}>{version === undefined ? "" : `SENA ${version}`}</p>
      </div>
    </div>
  );
};
