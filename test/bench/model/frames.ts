import { setTimeout as sleep } from "node:timers/promises";
import { openScreen, saySlow, slowShare } from "../screen/screen.ts";

const SECONDS = 10;
type Line = { readonly name: string; readonly value: number; readonly unit: string; readonly ratio: number; readonly note: string };

/** The built program while a model generates without a pause: its own screen, which draws the progress, and the chat. */
export async function framesWhile(gguf: string): Promise<readonly Line[]> {
  await using screen = await openScreen();
  if (screen === undefined) return [];
  const [id = ""] = screen.sena("models", "import", gguf).split(/\s/);
  await screen.go("#/chat");
  const still = await screen.count(() => sleep(SECONDS * 1000));
  const lines: Line[] = [];
  for (const [hash, where] of [["#/settings/models", "the models' screen"], ["#/chat", "the chat, with words being typed"]] as const) {
    await screen.go(hash);
    // One test after the other, for as long as frames are counted: how long one takes is the machine's affair.
    let isCounting = true;
    const working = (async () => {
      while (isCounting) await new Promise((done) => screen.begin("models", "test", id).once("close", done));
    })();
    const isChat = hash === "#/chat";
    if (isChat) await screen.page.getByRole("textbox").first().click();
    const busy = await screen.count(async () => {
      for (let key = 0; isChat && key < SECONDS * 8; key += 1) await screen.page.keyboard.type("why is it slow? "[key % 16] ?? "x", { delay: 120 });
      if (!isChat) await sleep(SECONDS * 1000);
    });
    isCounting = false;
    await working;
    lines.push({ name: isChat ? "slow_frames_in_chat_while_generating" : "slow_frames_while_generating", value: slowShare(busy), unit: "%", ratio: busy.frames / still.frames, note: `${where}: ${saySlow(busy)}; at rest ${still.slow} of ${still.frames}` });
  }
  return lines;
}
