const asItIs = (bytes) => bytes;

/** One method, messages of bytes: what a serializer costs is the same for everybody, and left out. */
export const echo = {
  Say: {
    path: '/bench.Echo/Say',
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
};
