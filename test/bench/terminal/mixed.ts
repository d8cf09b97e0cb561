/** A block of what terminals really get: logs, colours, wide characters, a full-screen program, progress lines. Ends where it began. */
export function mixedBlock(): Buffer {
  const out: string[] = [];
  let n = 1;
  const random = () => (n = (n * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const units = ["nginx", "sshd", "postgres", "kernel", "systemd", "cron"];
  for (let i = 0; i < 9000; i += 1) {
    switch (i % 10) {
      case 0:
      case 1:
      case 2:
      case 3:
        out.push(`Nov 21 07:42:${String(i % 60).padStart(2, "0")} web-01 ${pick(units)}[${1000 + (i % 9000)}]: request ${i} from 10.20.${i % 256}.${(i * 7) % 256} took ${Math.floor(random() * 900)} ms\r\n`);
        break;
      case 4:
      case 5:
        out.push(`\u001b[32mok\u001b[0m \u001b[1;34m/srv/data/${pick(units)}\u001b[0m \u001b[38;5;${i % 256}m${"=".repeat(i % 40)}\u001b[0m \u001b[7m${i}\u001b[27m\r\n`);
        break;
      case 6:
        out.push(`\u001b[38;2;${i % 256};${(i * 3) % 256};120mtrue colour\u001b[0m and \u001b[4munderlined\u001b[24m \u001b[3mitalic\u001b[23m\r\n`);
        break;
      case 7:
        out.push(`日志 第${i}行 サーバー 상태 정상 🎉 ünïcödé «${i}»\r\n`);
        break;
      case 8:
        out.push(`\rprogress ${i % 100} % ${"#".repeat(i % 50)}\u001b[K${i % 100 === 98 ? "\r\n" : ""}`);
        break;
      default:
        if (i % 200 === 199) {
          out.push("\u001b[?1049h\u001b[H\u001b[2J");
          for (let row = 1; row <= 30; row += 1) out.push(`\u001b[${row};1H\u001b[1m${row}\u001b[0m ${"cpu mem io ".repeat(6)}${Math.floor(random() * 1000)}`);
          out.push("\u001b[?1049l");
        } else out.push(`${"-".repeat(60)}\r\n`);
    }
  }
  return Buffer.from(out.join(""));
}
