/** The same pieces; their bytes are told at the end, also where it comes too soon. */
export async function* counted(
  stream: AsyncIterable<Uint8Array>,
  atEnd: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of stream) {
      bytes += piece.length;
      yield piece;
    }
  } finally {
    atEnd(bytes);
  }
}
