package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"
)

// logFlags are the flags of commands that run for long.
// The zero value is text, from info on.
type logFlags struct{ format, level string }

func (f *logFlags) add(cmd *cobra.Command, level string) {
	cmd.Flags().StringVar(&f.format, "log-format", "text", "form of the log on standard error: text or json")
	cmd.Flags().StringVar(&f.level, "log-level", level, "least that is logged: debug (a line for each request too), info, warn or error")
}

// logger is the log that the flags ask for.
func (f *logFlags) logger(w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cmp.Or(f.level, "info"))); err != nil {
		return nil, usageError{fmt.Errorf("--log-level %q: give debug, info, warn or error", f.level)}
	}
	opts := &slog.HandlerOptions{Level: level, ReplaceAttr: plainAttr}
	switch cmp.Or(f.format, "text") {
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	}
	return nil, usageError{fmt.Errorf("--log-format %q: give text or json", f.format)}
}

// plainAttr keeps what comes from outside from steering the terminal or faking
// a line: what is not printed stands as its code. The handlers quote most of it
// themselves, but JSON leaves the controls above 0x7f and those of direction.
func plainAttr(_ []string, a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindString:
		return slog.String(a.Key, plainText(v.String()))
	case slog.KindDuration:
		return slog.String(a.Key, v.Duration().Round(time.Microsecond).String())
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return slog.String(a.Key, plainText(err.Error()))
		}
	}
	return a
}

func plainText(s string) string {
	if strings.IndexFunc(s, unprinted) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprinted(r) {
			fmt.Fprintf(&b, "<%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unprinted(r rune) bool { return r != ' ' && !unicode.IsPrint(r) || r == unicode.ReplacementChar }

// logged writes a line at debug for each request: what was asked, not what for.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	if !log.Enabled(context.Background(), slog.LevelDebug) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		out := &answered{ResponseWriter: w, code: http.StatusOK}
		defer func() {
			log.Debug("request", "method", r.Method, "path", r.URL.Path, "code", out.code, "bytes", out.bytes, "took", time.Since(start))
		}()
		next.ServeHTTP(out, r)
	})
}

// answered remembers what was answered.
type answered struct {
	http.ResponseWriter
	code  int
	bytes int64
}

func (a *answered) WriteHeader(code int) {
	if code >= 200 {
		a.code = code
	}
	a.ResponseWriter.WriteHeader(code)
}

func (a *answered) Write(b []byte) (int, error) {
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what is below.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }
