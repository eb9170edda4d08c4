/**
 * What a WebSocket client sends, on its way to the library that reads it: a message that is too long to wait in memory,
 * or comes in fragments and may be, is skimmed as it comes, and what is left takes its place. The library would end
 * the connection, and the client would send the same again for ever.
 */
import { StringDecoder } from 'node:string_decoder';
import { MESSAGE_BYTES } from '../limits.ts';
import { Skimming } from './skim.ts';

/** Of RFC 6455, 5.2. */
const FIN = 0x80;
const RESERVED = 0x70;
const OPCODE = 0x0f;
const MASKED = 0x80;
const CONTROL = 0x08;
const CONTINUATION = 0x00;
const TEXT = 0x01;
const MASK_BYTES = 4;
const CONTROL_BYTES = 125;

/** Bytes of a frame's length, by what stands in its second byte, and those of the longest head. */
const LENGTH_BYTES: Readonly<Record<number, number>> = { 126: 2, 127: 8 };
const HEAD_BYTES = 14;

type Frame = {
  /** Bytes that have not come yet. */
  rest: number;
  isLast: boolean;
  /** Its message is skimmed, or it is handed on as it is. */
  isSkimmed: boolean;
  mask: Buffer;
  /** Bytes that have come. */
  at: number;
};

export class MessageShortener {
  /** Of a frame whose length is not known yet. */
  #head: Buffer = Buffer.alloc(0);
  #frame: Frame | undefined;
  /** The message that is skimmed. */
  #message: { skimming: Skimming; decoder: StringDecoder } | undefined;
  /** It is no WebSocket client: the library says so. */
  #isOdd = false;

  /** @returns what the library is to read instead */
  take(chunk: Buffer): Buffer {
    const handedOn: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0 && !this.#isOdd) {
      if (this.#frame) rest = this.#takePayload(this.#frame, rest, handedOn);
      else {
        const before = this.#head.length;
        this.#head = Buffer.concat([this.#head, rest.subarray(0, HEAD_BYTES - before)]);
        const size = this.#begin(handedOn);
        rest = rest.subarray(size === 0 ? HEAD_BYTES - before : size - before);
      }
    }
    return Buffer.concat([...handedOn, rest]);
  }

  /** @returns the bytes of the head that begins a frame; 0 if it is not whole */
  #begin(handedOn: Buffer[]): number {
    const head = this.#head;
    const [first = 0, second = 0] = head;
    const lengthBytes = LENGTH_BYTES[second & ~MASKED] ?? 0;
    const maskBytes = (second & MASKED) === 0 ? 0 : MASK_BYTES;
    const size = 2 + lengthBytes + maskBytes;
    if (head.length < 2 || head.length < size) return 0;
    const length = lengthOf(head, lengthBytes);
    const isLast = (first & FIN) !== 0;
    const opcode = first & OPCODE;
    this.#head = Buffer.alloc(0);
    this.#isOdd = !this.#isRight(first, second, length);
    const isSkimmed =
      !this.#isOdd && (opcode === CONTINUATION || (opcode < CONTROL && (!isLast || length > MESSAGE_BYTES)));
    if (isSkimmed) this.#message ??= { skimming: new Skimming(), decoder: new StringDecoder() };
    else handedOn.push(head.subarray(0, size));
    const mask = head.subarray(size - maskBytes, size);
    this.#frame = { rest: length, isLast, isSkimmed, mask, at: 0 };
    if (length === 0) this.#endFrame(this.#frame, handedOn);
    return size;
  }

  #isRight(first: number, second: number, length: number): boolean {
    const opcode = first & OPCODE;
    if ((first & RESERVED) !== 0 || (second & MASKED) === 0 || !Number.isSafeInteger(length)) return false;
    if (opcode >= CONTROL) return (first & FIN) !== 0 && length <= CONTROL_BYTES;
    return opcode <= TEXT + 1 && (opcode === CONTINUATION) === (this.#message !== undefined);
  }

  /** @returns what comes after this frame */
  #takePayload(frame: Frame, bytes: Buffer, handedOn: Buffer[]): Buffer {
    const payload = bytes.subarray(0, frame.rest);
    if (frame.isSkimmed && this.#message) {
      const { skimming, decoder } = this.#message;
      for (let index = 0; index < payload.length; index += 1)
        payload[index]! ^= frame.mask[(frame.at + index) % MASK_BYTES]!;
      skimming.push(decoder.write(payload));
    } else handedOn.push(payload);
    frame.at += payload.length;
    frame.rest -= payload.length;
    if (frame.rest === 0) this.#endFrame(frame, handedOn);
    return bytes.subarray(payload.length);
  }

  #endFrame(frame: Frame, handedOn: Buffer[]): void {
    this.#frame = undefined;
    if (!frame.isSkimmed || !frame.isLast || !this.#message) return;
    const { skimming, decoder } = this.#message;
    skimming.push(decoder.end());
    // What is no event counts as such.
    handedOn.push(frameOf(skimming.end() ?? ''));
    this.#message = undefined;
  }
}

function lengthOf(head: Buffer, bytes: number): number {
  if (bytes === 0) return head[1]! & ~MASKED;
  return bytes === 2 ? head.readUInt16BE(2) : Number(head.readBigUInt64BE(2));
}

/** As a client sends it; its mask changes nothing. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = FIN | TEXT;
  head[1] = MASKED | 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
