import { Component, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { Bytes } from "../ui/bytes.tsx";
import styles from "./error-boundary.module.css";

type BoundaryProps = {
  /** Writes the failure to the log, where there is one; gives its reference there and a text for the clipboard. */
  onFailure: (failure: unknown) => { readonly ref: string; readonly text: string };
  /** Another value clears the failure: another screen was opened. */
  resetKey: string;
  children: ReactNode;
};
type BoundaryState = { readonly report: { readonly ref: string; readonly text: string } | undefined; readonly resetKey: string };

// React has error boundaries only as classes.
export class ErrorBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { report: undefined, resetKey: this.props.resetKey };
  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return props.resetKey === state.resetKey ? null : { report: undefined, resetKey: props.resetKey };
  }
  static getDerivedStateFromError(failure: unknown): Partial<BoundaryState> {
    // The report itself is made in componentDidCatch, which runs once; until then nothing of the broken part is drawn.
    return { report: { ref: "", text: String(failure) } };
  }
  override componentDidCatch(failure: unknown): void {
    this.setState({ report: this.props.onFailure(failure) });
  }
  override render(): ReactNode {
    const { report } = this.state;
    return report === undefined ? this.props.children : <FailureView reference={report.ref} text={report.text} onRetry={() => (isMissingCode(report.text) ? location.reload() : this.setState({ report: undefined }))} onReload={() => location.reload()} />;
  }
}

/** A screen's code that could not be fetched stays missing for this page: React keeps the refusal. Only a new page helps. */
const isMissingCode = (text: string): boolean => /dynamically imported module|preload CSS/i.test(text);

type ViewProps = { reference: string; text: string; onRetry: () => void; onReload: () => void };

export const FailureView = ({ reference, text, onRetry, onReload }: ViewProps) => (
  <div className={styles.failure} role="alert">
    <h2 className={styles.title}>This screen could not be drawn</h2>
    <p className={styles.words}>
      {isMissingCode(text) ? "What draws it did not come: where it comes from does not answer, or is of another version by now. Nothing was changed. Try again, which loads the whole page anew" : "Only the drawing failed: the core, running work and the record are not touched. Try again"}; if it returns, copy the report for whoever looks after SENA.
      {reference === "" ? null : <> It is in the log under the reference <b>{reference}</b>.</>}
    </p>
    <div className={styles.actions}>
      <Button kind="primary" icon="refresh" onClick={onRetry}>
        Try again
      </Button>
      <Button onClick={onReload}>Reload the window</Button>
    </div>
    <Bytes text={text} label="Failure report" look="strong" wraps />
  </div>
);
