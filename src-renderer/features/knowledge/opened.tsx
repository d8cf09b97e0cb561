import { useEffect, useState } from "react";
import type { KnowledgeDocument } from "../../../src-main/contract/index.ts";
import { toHash } from "../../app/router.ts";
import { useApp } from "../../app/use-app.ts";
import { Banner } from "../../ui/banner.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { DocumentPane } from "./document-pane.tsx";

/** A document opened from a list, at its beginning. */
export const Opened = ({ documentId, onClose }: { documentId: number; onClose: () => void }) => {
  const { client, navigate } = useApp();
  const [document, setDocument] = useState<KnowledgeDocument>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    const over = new AbortController();
    client.knowledge.opened({ documentId }, { signal: over.signal }).then(setDocument, (error: Error) => over.signal.aborted || setFailure(error.message));
    return () => over.abort();
  }, [client, documentId]);
  if (failure !== undefined) return <Banner tone="warn" shape="strip" title="Not shown">{failure}</Banner>;
  if (document === undefined) return <Skeleton lines={8} label="Opening the document" />;
  return <DocumentPane document={document} chunkId={document.passages[0]?.chunkId ?? 0} query="" conflicts={[]} onClose={onClose} onAsk={() => navigate(toHash("chat", [], { text: `(see ${document.source}/${document.path}) ` }).slice(1))} />;
};
