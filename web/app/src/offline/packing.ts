/** Text as it stands in a saved replay: UTF-8, gzip, Base64. */

/** A multiple of 3, so that the pieces of Base64 can be joined. */
const PIECE_BYTES = 3 * 8_192;

export async function pack(text: string): Promise<string> {
  const bytes = new Uint8Array(await through(new CompressionStream("gzip"), new TextEncoder().encode(text)));
  let base64 = "";
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    base64 += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES)));
  }
  return base64;
}

/** Fails if it is not what `pack` makes. */
export async function unpack(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return new TextDecoder().decode(await through(new DecompressionStream("gzip"), bytes));
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ArrayBuffer> {
  const writer = stream.writable.getWriter();
  const [result] = await Promise.all([
    new Response(stream.readable).arrayBuffer(),
    writer.write(bytes).then(() => writer.close()),
  ]);
  return result;
}
