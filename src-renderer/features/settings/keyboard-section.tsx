import { useStore } from "zustand";
import { KeyMap } from "../../app/help-sheet.tsx";
import { useAppModel } from "../../app/use-app.ts";
import { FieldGroup } from "../../ui/field.tsx";
import styles from "./screen.module.css";

export const KeyboardSection = () => {
  const { book } = useAppModel();
  useStore(book.store, (state) => state.layers);
  return (
    <FieldGroup title="Keyboard" hint="Everything can be done without the pointer. Press ? anywhere to see this list.">
      <div className={styles.keys}>
        <KeyMap commands={book.all()} />
      </div>
    </FieldGroup>
  );
};
