import type { ServerContext } from './context.ts';

/**
 * The context a filter hands on in place of the one it was given. Its own fields count; whatever it lacks comes from the
 * original, because a copy by `{ ...ctx }` has none of the fields that are made when first read.
 */
export const changedContext = (original: ServerContext, given: ServerContext): ServerContext =>
  given === original
    ? original
    : new Proxy(original, {
        get(target, key) {
          if (Object.hasOwn(given, key)) return Reflect.get(given, key);
          const value: unknown = Reflect.get(target, key, target);
          // The original has private fields, which its methods find on nothing else.
          return typeof value === 'function' ? value.bind(target) : value;
        },
        has: (target, key) => Object.hasOwn(given, key) || Reflect.has(target, key),
      });
