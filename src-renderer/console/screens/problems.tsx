import { Banner } from "../../ui/banner.tsx";
import styles from "../console.module.css";

/** What was not done and why, in the server's words: the first of what a screen has to say. */
export const Problems = ({ of }: { of: readonly string[] }) => {
  const [first] = of.filter((problem) => problem !== "");
  return first === undefined ? null : (
    <div className={styles.note}>
      <Banner tone="bad" title="Not done">
        {first}
      </Banner>
    </div>
  );
};
