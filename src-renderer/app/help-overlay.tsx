import { HelpSheet } from "./help-sheet.tsx";
import { useAppModel } from "./use-app.ts";

export const HelpOverlay = () => {
  const { book, overlay } = useAppModel();
  return <HelpSheet commands={book.all()} onClose={() => overlay.setState({ is: "none" }, true)} />;
};
