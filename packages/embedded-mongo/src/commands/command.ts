import type { BsonDocument } from '../query/bson-document.ts';
import type { Store } from '../storage/store.ts';

/** Where a command came from and what it works on. */
export interface CommandContext {
  readonly store: Store;
  readonly db: string;
  readonly connectionId: number;
  /** `host:port` the client reached this server at: what it must hear back as the primary's name. */
  readonly address: string;
}

/** One command of the protocol. */
export interface Command {
  readonly name: string;
  /** Writes are recorded for retry when the client numbers them, and refuse a write concern nobody can meet. */
  readonly isWrite?: boolean;
  /** Fields understood besides the generic ones; any other field is refused by name. */
  readonly fields: readonly string[];
  /** Takes fields of every name: only for the handshake, where clients describe themselves. */
  readonly anyField?: boolean;
  /** Answers with a document, or with one already encoded as BSON. */
  readonly run: (command: BsonDocument, context: CommandContext) => BsonDocument | Uint8Array;
}
