package answer

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
)

// Cursor says where a list goes on. It is good for one revision and one State:
// they give the same list, so an offset is exact.
type Cursor struct {
	Revision int
	Offset   int     // items before it
	Key      [8]byte // of list and parameters; zero in links between pages for people, which say both
	State    int     // sums what the list follows from besides the revision; 0 nothing
}

// cursorForm is the first byte of every cursor.
const cursorForm = 1

// String is the cursor as it goes into a URL.
func (c Cursor) String() string {
	b := append([]byte{cursorForm}, c.Key[:]...)
	b = binary.AppendUvarint(b, uint64(c.Revision))
	b = binary.AppendUvarint(b, uint64(c.Offset))
	if c.State != 0 {
		b = binary.AppendUvarint(b, uint64(c.State))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// ParseCursor reads what String wrote; the error wraps ErrCursor.
func ParseCursor(s string) (Cursor, error) {
	bad := fmt.Errorf("%w: it is not one that this server gave; take next of the page before, or leave it out", ErrCursor)
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 1+8 || b[0] != cursorForm {
		return Cursor{}, bad
	}
	c := Cursor{Key: [8]byte(b[1:9])}
	b = b[9:]
	for i, field := range []*int{&c.Revision, &c.Offset, &c.State} {
		if i == 2 && len(b) == 0 {
			break
		}
		n, size := binary.Uvarint(b)
		if size <= 0 || n > 1<<31-1 {
			return Cursor{}, bad
		}
		*field, b = int(n), b[size:]
	}
	if c.String() != s {
		return Cursor{}, bad // trailing bytes, or a number written longer than needed
	}
	return c, nil
}
