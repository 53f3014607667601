package postgres

import (
	"context"
	"database/sql/driver"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// PostgreSQL holds no NUL and no invalid UTF-8 in text; reports and paths may
// have both. Such text is stored escaped, and every string that comes back is
// unescaped, between database/sql and pgx, so that no SQL has to know:
//
//	U+0000       U+0001 'A'
//	U+0001       U+0001 'B'
//	invalid byte U+0001 'C' and a letter for each half of the byte, 'A' to 'P'
//
// What follows U+0001 sorts in the order of what it stands for, and below all
// else that text has, so escaped valid text sorts as it did.
const mark = '\x01'

// escape is the form of s in the database.
func escape(s string) string {
	if strings.IndexByte(s, 0) < 0 && strings.IndexByte(s, mark) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0:
			b.WriteString("\x01A")
		case r == mark:
			b.WriteString("\x01B")
		case r == utf8.RuneError && n == 1:
			b.WriteString("\x01C")
			b.WriteByte('A' + s[i]>>4)
			b.WriteByte('A' + s[i]&15)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// unescape is what escape was given. What escape did not write stays.
func unescape(s string) string {
	if strings.IndexByte(s, mark) < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	half := func(i int) (byte, bool) {
		return s[i] - 'A', s[i] >= 'A' && s[i] <= 'P'
	}
	for i := 0; i < len(s); i++ {
		if s[i] != mark || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		switch s[i+1] {
		case 'A':
			b = append(b, 0)
			i++
			continue
		case 'B':
			b = append(b, mark)
			i++
			continue
		case 'C':
			if i+3 < len(s) {
				high, ok1 := half(i + 2)
				low, ok2 := half(i + 3)
				if ok1 && ok2 {
					b = append(b, high<<4|low)
					i += 3
					continue
				}
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// escaped is v as pgx takes it.
func escaped(v any) any {
	switch x := v.(type) {
	case nil, int, int64, bool, float64, []byte:
		return v
	case string:
		return escape(x)
	case []string:
		out := make([]string, len(x))
		for i, s := range x {
			out[i] = escape(s)
		}
		return out
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.String {
		return escape(r.String())
	}
	return v
}

// connector makes connections that escape.
type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{inner.(*stdlib.Conn)}, nil
}

// conn is a connection of pgx with text escaped on its way in and out.
type conn struct{ *stdlib.Conn }

var (
	_ driver.NamedValueChecker = (*conn)(nil)
	_ driver.QueryerContext    = (*conn)(nil)
	_ driver.SessionResetter   = (*conn)(nil)
)

// pgx is the connection below.
func (c *conn) pgx() *pgx.Conn { return c.Conn.Conn() }

// CheckNamedValue implements driver.NamedValueChecker; all arguments pass here.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	v.Value = escaped(v.Value)
	return nil
}

func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.Conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return &stmt{s.(*stdlib.Stmt)}, nil
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return wrapped(c.Conn.QueryContext(ctx, query, args))
}

// stmt is a prepared statement.
type stmt struct{ *stdlib.Stmt }

func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return wrapped(s.Stmt.QueryContext(ctx, args))
}

func wrapped(r driver.Rows, err error) (driver.Rows, error) {
	if err != nil {
		return nil, err
	}
	return rows{r}, nil
}

// rows are rows with their text unescaped. It has no more methods than these:
// with others, database/sql would read past Next.
type rows struct{ inner driver.Rows }

func (r rows) Columns() []string { return r.inner.Columns() }

func (r rows) Close() error { return r.inner.Close() }

func (r rows) Next(dest []driver.Value) error {
	err := r.inner.Next(dest)
	for i, v := range dest {
		if s, ok := v.(string); ok {
			dest[i] = unescape(s)
		}
	}
	return err
}
