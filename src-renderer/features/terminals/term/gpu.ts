const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|virgl/i;

export const isRealGpu = (renderer: string): boolean => renderer !== "" && !SOFTWARE.test(renderer);

let answer: boolean | undefined;
/** WebGL drawn by the processor is several times slower than the DOM renderer: only a real GPU gets it. */
export function hasRealGpu(): boolean {
  if (answer !== undefined) return answer;
  const context = document.createElement("canvas").getContext("webgl2");
  const info = context?.getExtension("WEBGL_debug_renderer_info");
  const renderer = context && info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  answer = isRealGpu(renderer);
  return answer;
}
