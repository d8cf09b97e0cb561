/** Gives the operator a text as a file. Where the shell denies downloads it goes to the clipboard instead. */
export async function saveText(name: string, text: string): Promise<"file" | "clipboard"> {
  if (document.documentElement.dataset["carrier"] === "port") {
    await navigator.clipboard.writeText(text);
    return "clipboard";
  }
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return "file";
}
