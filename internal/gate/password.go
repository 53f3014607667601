package gate

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// cost is what one hash of argon2id costs.
type cost struct {
	memory uint32 // KiB
	time   uint32 // passes
	lanes  uint8
}

// usual is the second recommendation of RFC 9106, 4, well above the least that
// OWASP asks for (19 MiB, 2 passes).
var usual = cost{memory: 64 << 10, time: 3, lanes: 4}

// Sizes of a hash, in bytes (RFC 9106, 4).
const (
	saltLen = 16
	keyLen  = 32
)

// Bounds of a password. What is too short is counted in characters (NIST SP
// 800-63B, 3.1.1.2: each code point is one), so that one in Cyrillic need be no
// shorter. There is no rule about which they are: such rules make passwords worse.
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
)

// ErrPassword means that a password is too short or too long.
var ErrPassword = fmt.Errorf("a password has at least %d characters, and at most %d bytes", MinPassword, MaxPassword)

// checkPassword is nil for what may be a password.
func checkPassword(password string) error {
	if utf8.RuneCountInString(password) < MinPassword || len(password) > MaxPassword {
		return ErrPassword
	}
	return nil
}

// HashPassword is a password as it is kept: argon2id as a PHC string. It takes
// some tens of milliseconds and 64 MiB.
func HashPassword(password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltLen)
	rand.Read(salt) // never fails
	return phc{usual, salt, argon2.IDKey([]byte(password), salt, usual.time, usual.memory, usual.lanes, keyLen)}.String(), nil
}

// phc is a hash of argon2id:
// $argon2id$v=19$m=65536,t=3,p=4$SALT$HASH, see
// https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
type phc struct {
	cost
	salt, key []byte
}

var phc64 = base64.RawStdEncoding.Strict()

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.lanes, phc64.EncodeToString(p.salt), phc64.EncodeToString(p.key))
}

// Bounds of what is checked: a store that somebody wrote to must not make the
// program take all memory.
const (
	mostMemory = 1 << 20 // KiB
	mostTime   = 20
	mostBytes  = 64 // of salt and hash
)

var errPHC = errors.New("not a hash of argon2id that is known here")

// parsePHC reads such a string in its one canonical form.
func parsePHC(s string) (phc, error) {
	var p phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, errPHC
	}
	var lanes uint32
	for i, param := range strings.SplitN(parts[3], ",", 3) {
		name, value, _ := strings.Cut(param, "=")
		n, err := strconv.ParseUint(value, 10, 32)
		if err != nil || name != string("mtp"[i]) {
			return p, errPHC
		}
		*[]*uint32{&p.memory, &p.time, &lanes}[i] = uint32(n)
	}
	var err1, err2 error
	p.salt, err1 = phc64.DecodeString(parts[4])
	p.key, err2 = phc64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || lanes < 1 || lanes > 255 || p.time < 1 || p.time > mostTime || p.memory < 8*lanes || p.memory > mostMemory ||
		len(p.salt) < 8 || len(p.salt) > mostBytes || len(p.key) < 16 || len(p.key) > mostBytes {
		return phc{}, errPHC
	}
	p.lanes = uint8(lanes)
	if p.String() != s {
		return phc{}, errPHC
	}
	return p, nil
}

// fits reports whether the password is the one; the comparison takes the same
// time wherever they differ.
func (p phc) fits(password string) bool {
	got := argon2.IDKey([]byte(password), p.salt, p.time, p.memory, p.lanes, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(got, p.key) == 1
}

// decoy is what passwords of accounts that do not exist are compared with, so
// that the answer takes as long.
var decoy = phc{usual, make([]byte, saltLen), make([]byte, keyLen)}

// fits compares a password with a hash that is kept; with none, or one that
// cannot be read, at the usual cost and in vain. Hashing is bounded, for each
// takes 64 MiB.
func (g *Gate) fits(ctx context.Context, kept, password string) (bool, error) {
	if len(password) > MaxPassword {
		password = password[:MaxPassword+1] // fits none, for none is longer
	}
	select {
	case g.hashing <- struct{}{}:
		defer func() { <-g.hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	p, err := parsePHC(kept)
	if err != nil {
		p = decoy
	}
	same := p.fits(password)
	return same && err == nil, nil
}

// Secrets.
const (
	secretLen   = 32 // bytes
	tokenPrefix = "readout_"
)

// newSecret makes a secret and its hash.
func newSecret() (secret, hash string) {
	b := make([]byte, secretLen)
	rand.Read(b) // never fails
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, hashOf(secret)
}

// hashOf is what is kept of a secret. The secret is random, so that no slow
// hash is needed, and looking the hash up tells nothing of the secret.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// equal compares two secrets in a time that does not depend on where they
// differ, nor on their lengths.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// newPassword makes a password that is told once.
func newPassword() string {
	b := make([]byte, 15)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
