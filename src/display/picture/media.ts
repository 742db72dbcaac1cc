/** Tells sounds and films that browsers play from other bytes by their first bytes. */

export interface MediaDescription {
  readonly kind: "audio" | "video";
  readonly format: "WAV" | "FLAC" | "Ogg" | "MP3" | "MP4" | "QuickTime" | "WebM";
  readonly mimeType: string;
}

const quickTime: MediaDescription = { kind: "video", format: "QuickTime", mimeType: "video/quicktime" };
/** By the first brand of a file of the MP4 family; pictures such as AVIF and HEIC are of it too. */
const brands: readonly (readonly [RegExp, MediaDescription])[] = [
  [/^(?:M4A|M4B)/, { kind: "audio", format: "MP4", mimeType: "audio/mp4" }],
  [/^qt/, quickTime],
  [/^(?:iso|mp4|avc|M4V|dash|3g|MSNV|f4v)/, { kind: "video", format: "MP4", mimeType: "video/mp4" }],
];

/** What sound or film the bytes begin; undefined for other bytes, and for forms that browsers do not play. */
export function describeMedia(bytes: Uint8Array): MediaDescription | undefined {
  const text = (begin: number, end: number) => Buffer.from(bytes.subarray(begin, end)).toString("latin1");
  const start = text(0, 4);
  if (start === "RIFF" && text(8, 12) === "WAVE") return audio("WAV", "audio/wav");
  if (start === "fLaC") return audio("FLAC", "audio/flac");
  if (start === "OggS") {
    return text(28, 35) === "\x80theora"
      ? { kind: "video", format: "Ogg", mimeType: "video/ogg" }
      : audio("Ogg", "audio/ogg");
  }
  if (start.startsWith("ID3") || isMp3(bytes)) return audio("MP3", "audio/mpeg");
  if (text(4, 8) === "ftyp") return brands.find(([brand]) => brand.test(text(8, 12)))?.[1];
  if (text(4, 8) === "moov" || text(4, 12) === "wide\0\0\0\0") return quickTime;
  if (start === "\x1a\x45\xdf\xa3" && text(4, 64).includes("webm")) {
    return { kind: "video", format: "WebM", mimeType: "video/webm" };
  }
  return undefined;
}

function audio(format: MediaDescription["format"], mimeType: string): MediaDescription {
  return { kind: "audio", format, mimeType };
}

/** Two frames in a row: the beginning of one alone is found in many bytes. */
function isMp3(bytes: Uint8Array): boolean {
  const length = mp3FrameLength(bytes, 0);
  return length !== undefined && mp3FrameLength(bytes, length) !== undefined;
}

/** kbit/s of MPEG 1 and of MPEG 2, layer 3, by the number in the header. */
const bitRates = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
const sampleRates = [44_100, 48_000, 32_000];

/** @see https://www.iso.org/standard/22412.html ISO/IEC 11172-3, 2.4.1.3 */
function mp3FrameLength(bytes: Uint8Array, at: number): number | undefined {
  const [sync = 0, head = 0, rates = 0] = bytes.subarray(at, at + 3);
  const version = (head >> 3) & 3;
  const isLayer3 = sync === 0xff && head >> 5 === 7 && ((head >> 1) & 3) === 1;
  const bitRate = bitRates[version === 3 ? 0 : 1][rates >> 4];
  const sampleRate = sampleRates[(rates >> 2) & 3];
  if (!isLayer3 || version === 1 || !bitRate || sampleRate === undefined) return undefined;
  // MPEG 2 halves the sample rate and the samples of a frame, MPEG 2.5 the rate once more.
  const samples = version === 3 ? 144_000 : 72_000;
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4;
  return Math.floor((samples * bitRate * divisor) / sampleRate) + ((rates >> 1) & 1);
}
