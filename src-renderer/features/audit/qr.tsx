import { encode } from "uqr";

/** A text as a QR code, drawn as one path: dark on light in every theme, because cameras want it so. */
export const Qr = ({ text, label }: { text: string; label: string }) => {
  const { data, size } = encode(text, { ecc: "L", border: 2 });
  let path = "";
  data.forEach((line, y) => line.forEach((dark, x) => dark && (path += `M${x} ${y}h1v1h-1z`)));
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width={232} height={232} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
};
