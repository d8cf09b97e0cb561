import { Suspense } from "react";
import { toHash } from "../../app/router.ts";
import { ScreenBar } from "../../app/screen-bar.tsx";
import { useRoute } from "../../app/use-app.ts";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import places from "../../ui/place.module.css";
import styles from "./screen.module.css";
import { SECTIONS } from "./sections.ts";

export const SettingsScreen = () => {
  const route = useRoute();
  const current = SECTIONS.find((section) => section.id === route.rest[0]) ?? SECTIONS[0];
  if (current === undefined) return null;
  const Element = current.element;
  return (
    <div className={styles.screen}>
      <ScreenBar title={`Settings: ${current.title}`} />
      <nav className={styles.sections} aria-label="Settings">
        {SECTIONS.map((section) => (
          <a key={section.id} href={toHash("settings", [section.id])} className={places.place} aria-current={section.id === current.id ? "page" : undefined}>
            <Icon name={section.icon} />
            {section.title}
          </a>
        ))}
      </nav>
      <Page>
        <Suspense key={current.id} fallback={<Skeleton lines={4} />}>
          <Element />
        </Suspense>
      </Page>
    </div>
  );
};
