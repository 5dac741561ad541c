// Receiving in front of the application, and the context that follows a request through it.
export {};
