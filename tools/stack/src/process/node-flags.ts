/** Flags for every Node process of the stack: node:sqlite says at each start that it is experimental. */
export const NODE_FLAGS = ['--disable-warning=ExperimentalWarning'] as const;
