package store

// DecodeUnpacked decodes layers that were never packed, so that the fuzzer
// does not spend its time in zstd.
var DecodeUnpacked = decodeLayers
