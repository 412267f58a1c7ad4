import { CommandError } from '../errors.ts';
import { type BsonDocument, decodeDocument } from '../query/bson-document.ts';
import type { Filter } from '../query/filter.ts';
import { compareSortKeys, type SortSpec, sortKey } from '../query/sort.ts';
import type { StoredDocument } from './documents.ts';

/** A document that matched, decoded when somebody needs it. */
export interface Match extends StoredDocument {
  readonly document: () => BsonDocument;
}

/** A stream of matches that may rest between two batches of a cursor. */
export interface MatchSource {
  readonly next: () => Match | undefined;
  readonly pause: () => void;
}

interface Walk {
  next(): StoredDocument | undefined;
  pause(): void;
}

/** The documents of a walk that match, in the order of the walk. */
export function filterMatches(walk: Walk, filter: Filter): MatchSource {
  return {
    next: () => {
      for (let stored = walk.next(); stored !== undefined; stored = walk.next()) {
        const match = toMatch(stored);
        if (filter.matchesAll || filter.matches(match.document())) return match;
      }
      return undefined;
    },
    pause: () => walk.pause(),
  };
}

export interface SortOptions {
  readonly sort: SortSpec;
  /** Only this many from the front are wanted. */
  readonly keep: number;
  readonly maxBytes: number;
  /** Reads a document again for a later batch; undefined when it is gone or no longer matches. */
  readonly reread: (rid: number) => StoredDocument | undefined;
}

/**
 * Sorts in memory. Between batches only row numbers are kept.
 * @throws {CommandError} `QueryExceededMemoryLimitNoDiskUseAllowed` above `maxBytes`.
 */
export function sortMatches(source: MatchSource, { sort, keep, maxBytes, reread }: SortOptions): MatchSource {
  const entries: { match: Match; key: unknown[] }[] = [];
  let bytes = 0;
  for (let match = source.next(); match !== undefined; match = source.next()) {
    bytes += match.bytes.byteLength;
    if (bytes > maxBytes) {
      const message = `Sort exceeded memory limit of ${maxBytes} bytes, but did not opt in to external sorting.`;
      throw new CommandError('QueryExceededMemoryLimitNoDiskUseAllowed', message);
    }
    entries.push({ match, key: sortKey(match.document(), sort) });
  }
  entries.sort((a, b) => compareSortKeys(a.key, b.key, sort));
  const rids = entries.slice(0, keep).map(({ match }) => match.rid);
  let fresh: readonly (Match | undefined)[] = entries.map(({ match }) => match);
  let next = 0;
  return {
    next: () => {
      for (;;) {
        const rid = rids[next];
        if (rid === undefined) return undefined;
        const known = fresh[next++];
        if (known !== undefined) return known;
        const stored = reread(rid);
        if (stored !== undefined) return toMatch(stored);
      }
    },
    pause: () => {
      fresh = [];
    },
  };
}

function toMatch(stored: StoredDocument): Match {
  let decoded: BsonDocument | undefined;
  return {
    rid: stored.rid,
    bytes: stored.bytes,
    document: () => {
      decoded ??= decodeDocument(stored.bytes);
      return decoded;
    },
  };
}
