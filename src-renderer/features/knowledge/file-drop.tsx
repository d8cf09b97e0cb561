import { type DragEvent, useRef, useState } from "react";
import { useApp } from "../../app/use-app.ts";
import { Button } from "../../ui/button.tsx";

const PIECE_BYTES = 1_500_000;

/** A piece as the contract carries it. */
const base64Of = (piece: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(new Error("it could not be read; a folder is added by its path"));
    reader.readAsDataURL(piece);
  });

/** Files from this computer, a piece at a time; the last piece takes the file in. */
async function send(client: ReturnType<typeof useApp>["client"], file: File): Promise<void> {
  for (let from = 0; from === 0 || from < file.size; from += PIECE_BYTES) {
    const base64 = await base64Of(file.slice(from, from + PIECE_BYTES));
    await client.knowledge.drop({ name: file.name, from, base64, isLast: from + PIECE_BYTES >= file.size });
  }
}

export function useFileDrop() {
  const { client, toast } = useApp();
  const [isOver, setOver] = useState(false);
  const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const take = async (files: readonly File[]) => {
    for (const file of files)
      await send(client, file).then(
        () => toast({ tone: "ok", title: `${file.name} was taken in` }),
        (failure: Error) => toast({ tone: "warn", title: `${file.name} was not taken in`, text: failure.message }),
      );
  };
  return {
    isOver,
    take,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: (event: DragEvent) => event.currentTarget.contains(event.relatedTarget as Node | null) || setOver(false),
      onDrop: (event: DragEvent) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        setOver(false);
        void take([...event.dataTransfer.files]);
      },
    },
  };
}

/** The same without a mouse. */
export const FileButton = ({ onFiles }: { onFiles: (files: readonly File[]) => unknown }) => {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <input ref={chooser} type="file" multiple hidden onChange={(event) => {
        void onFiles([...(event.target.files ?? [])]);
        event.target.value = "";
      }} />
      <Button size="sm" kind="ghost" onClick={() => chooser.current?.click()}>
        Take in files…
      </Button>
    </>
  );
};
