package store

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// maxUnpacked bounds what a damaged or hostile frame can unpack to.
const maxUnpacked = 1 << 30 // bytes

// Both ends of zstd are safe for concurrent use in the way they are used here.
var (
	packer   = sync.OnceValues(func() (*zstd.Encoder, error) { return zstd.NewWriter(nil) })
	unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderConcurrency(0))
	})
)

// Pack compresses b to one zstd frame with a checksum.
func Pack(b []byte) ([]byte, error) {
	z, err := packer()
	if err != nil {
		return nil, fmt.Errorf("start zstd: %w", err)
	}
	return z.EncodeAll(b, nil), nil
}

// Unpack is the inverse of Pack.
func Unpack(b []byte) ([]byte, error) {
	z, err := unpacker()
	if err != nil {
		return nil, fmt.Errorf("start zstd: %w", err)
	}
	out, err := z.DecodeAll(b, nil)
	if err != nil {
		return nil, fmt.Errorf("unpack %d bytes: %w", len(b), err)
	}
	return out, nil
}
