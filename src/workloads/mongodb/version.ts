/** Who asks for the version is told what this is. */
export const version = "5.0.0 (Ordinal's stand-in for learning, not MongoDB)";

export const announcement =
  "This is Ordinal's stand-in for MongoDB: a small server of its own, for learning. It is not MongoDB, and speaks another protocol.";
