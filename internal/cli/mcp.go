package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/live"
	"github.com/readout-news/readout/internal/mcp"
	"github.com/readout-news/readout/internal/store/open"
)

func (a *app) mcpCommand() *cobra.Command {
	var listen string
	var f gateFlags
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Serve the record to programs of the Model Context Protocol",
		Long: `Serve the record of a store to programs that speak the Model Context Protocol:
tools to search, for the timeline, an event, who says what, quotations,
positions and sentences, and the texts of reports as resources. Answers are
passages of reports with their hashes and places, or say that something is not
in the record. Nothing is changed.

Without --http one client is served over standard input and output; a client
starts the command itself (see docs/mcp.md). With --http programs connect to the
address: those of this machine as they are, those of others with a token (see
“readout account token”), at an address that they reach.`,
		Example: "  readout mcp --db desk.db\n  readout mcp --db desk.db --http 127.0.0.1:8461",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("mcp takes no reports: read them first with “readout ingest --db %s %s”", shellWord(open.Name(a.store())), shellWord(args[0]))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return a.mcp(cmd.Context(), listen, &f) },
	}
	cmd.Flags().StringVar(&listen, "http", "", "serve over HTTP at this address and port, such as 127.0.0.1:8461; port 0 takes a free one")
	f.add(cmd)
	a.source.addLimit(cmd, "reads=2000")
	a.dbFlag(cmd)
	return cmd
}

func (a *app) mcp(ctx context.Context, listen string, f *gateFlags) (err error) {
	if listen != "" {
		if err := f.checkListen("http", listen); err != nil {
			return err
		}
	}
	// A client may start the command anywhere: the answer must say which file.
	db := a.store()
	s, err := a.openStore(ctx, db, false)
	if isMissing(err) {
		if listen != "" && !f.open(listen) {
			return errOutside("http", listen)
		}
		if open.Remote(db) {
			return errNoStore(db)
		}
		if abs, err := filepath.Abs(db); err == nil {
			db = abs
		}
		return fmt.Errorf("there is no store %s: make one with “readout ingest --db %s PATH…”, and name it with its whole path", db, shellWord(db))
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	log := slog.New(slog.NewTextHandler(a.env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var g *gate.Gate
	if listen != "" {
		if g, err = a.gate(ctx, s, "http", listen, f, log); err != nil {
			return err
		}
	}
	src, err := live.New(ctx, s, live.Options{Reader: a.reader, Now: a.env.Now})
	if err != nil {
		return err
	}
	defer src.Close()
	server, err := mcp.New(src, mcp.Options{Version: Version, Hosts: f.names(listen), Log: log})
	if err != nil {
		return err
	}
	if listen == "" {
		return server.Run(ctx, io.NopCloser(a.env.Stdin), nopWriteCloser{a.env.Stdout})
	}
	return a.listen(ctx, "http", listen, f, server.Handler(g), func(address string) error {
		fmt.Fprintf(a.env.Stdout, "MCP at %s/\nCtrl-C ends it.\n", address)
		return nil
	})
}

// nopWriteCloser leaves standard output open.
type nopWriteCloser struct{ io.Writer }

func (nopWriteCloser) Close() error { return nil }
