package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/store"
)

func (a *app) accountCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Say who may sign in, and give tokens to programs",
		Long: `Say who may sign in, and give tokens to programs. Accounts are kept in the store
and hold for “readout serve” and “readout mcp --http”. An account has a scope:

  read     look at the record, export it, check drafts
  review   that, and change it: decisions, reports taken in
  admin    that, and manage accounts

A password is asked for at the terminal or read from standard input, a line; it
is never an argument, which others on the machine can see.`,
		Example: `  readout account add edda --scopes admin
  printf '%s\n' "$PASSWORD" | readout account add orrin --scopes review
  readout account token add edda --scopes read --label "night export" --days 90
  readout account list`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("account has no command %q; there are add, list, scopes, disable, enable, password and token", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.accountAdd(), a.accountList(), a.accountScopes(), a.accountStanding("disable", true), a.accountStanding("enable", false), a.accountPassword(), a.accountToken())
	return cmd
}

// accountFlags adds what every command on accounts has.
func (a *app) accountFlags(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&a.json, "json", false, "print JSON instead of text")
	a.dbFlag(cmd)
	return cmd
}

// onAccounts runs f with the accounts of the store.
func (a *app) onAccounts(ctx context.Context, create bool, f func(ctx context.Context, g *gate.Gate) error) error {
	return a.onStore(ctx, create, func(s store.Store, _ string) error {
		g, err := gate.New(gate.Options{Store: s, Now: a.env.Now})
		if err != nil {
			return err
		}
		return f(account.With(ctx, account.Who{Name: machineUser(), Scopes: account.Admin}), g)
	})
}

// exactly checks the number of arguments with the command's own words.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("%s takes %s", cmd.CommandPath(), what)}
		}
		return nil
	}
}

// named checks a name that was given.
func named(arg string) (string, error) {
	name, err := account.CheckName(arg)
	if err != nil {
		return "", usageError{fmt.Errorf("%q: %w", clean(arg), err)}
	}
	return name, nil
}

// scoped checks a name and a scope that were given.
func scoped(arg, scope string) (name string, s account.Scopes, err error) {
	if name, err = named(arg); err != nil {
		return "", s, err
	}
	if s, err = account.ParseScopes(scope); err != nil {
		return "", s, usageError{err}
	}
	return name, s, nil
}

// password asks for a new password: at a terminal twice and unseen, else it is
// the first line of standard input.
func (a *app) password(what string) (string, error) {
	if f, ok := source(a.env.Stdin).(*os.File); ok && term.IsTerminal(f.Fd()) {
		ask := func(prompt string) (string, error) {
			fmt.Fprint(a.env.Stderr, prompt)
			b, err := term.ReadPassword(f.Fd())
			fmt.Fprintln(a.env.Stderr)
			return string(b), err
		}
		first, err := ask(what + ": ")
		if err != nil {
			return "", err
		}
		second, err := ask("The same again: ")
		if err != nil {
			return "", err
		}
		if first != second {
			return "", errors.New("the two are not the same; nothing was changed")
		}
		return first, nil
	}
	line, err := bufio.NewReader(io.LimitReader(a.env.Stdin, gate.MaxPassword+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", usageError{errors.New("no password came on standard input; give one, a line, or --make for one that is made and printed")}
	}
	return line, nil
}

func (a *app) accountAdd() *cobra.Command {
	var scopes string
	var outside, made bool
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an account",
		Long: `Add an account. The password is asked for, or read from standard input; with
--make one is made and printed, this once. With --outside there is none: who has
the account signs in by OpenID Connect or is named by a server in front.`,
		Example: "  readout account add edda --scopes admin\n  readout account add orrin@harbour.example --scopes review --outside",
		Args:    exactly(1, "one name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, s, err := scoped(args[0], scopes)
			if err != nil {
				return err
			}
			if outside && made {
				return usageError{errors.New("--outside has no password, --make makes one; give one of the two")}
			}
			password := ""
			if !outside && !made {
				if password, err = a.password("Password of " + name); err != nil {
					return err
				}
			}
			return a.changeAccount(cmd.Context(), true, name, "Added", func(ctx context.Context, g *gate.Gate) (string, error) {
				return g.AddAccount(ctx, name, s, password, outside)
			})
		},
	}
	cmd.Flags().StringVar(&scopes, "scopes", "read", "what the account may do: read, review or admin")
	cmd.Flags().BoolVar(&outside, "outside", false, "no password: sign in by OpenID Connect or the server in front")
	cmd.Flags().BoolVar(&made, "make", false, "make a password and print it")
	return a.accountFlags(cmd)
}

// accountJSON is an account as JSON. Times are RFC 3339, null never.
type accountJSON struct {
	Name     string  `json:"name"`
	Scopes   string  `json:"scopes"`
	Disabled bool    `json:"disabled"`
	SignsIn  string  `json:"signs_in"` // "password", "provider", "outside"
	Made     *string `json:"made"`
	SignedIn *string `json:"signed_in"`
	Password string  `json:"password,omitempty"` // made just now
}

func accountOf(x account.Account) accountJSON {
	out := accountJSON{Name: x.Name, Scopes: x.Scopes.String(), Disabled: x.Disabled, SignsIn: "outside", Made: moment(x.Made), SignedIn: moment(x.SignedIn)}
	switch {
	case x.Password != "":
		out.SignsIn = "password"
	case x.Subject != "":
		out.SignsIn = "provider"
	}
	return out
}

func (a *app) accountList() *cobra.Command {
	return a.accountFlags(&cobra.Command{
		Use:     "list",
		Short:   "List accounts",
		Example: "  readout account list --json",
		Args:    exactly(0, "no arguments"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.onAccounts(cmd.Context(), false, func(ctx context.Context, g *gate.Gate) error {
				all, err := g.Accounts(ctx)
				if err != nil {
					return err
				}
				out := []accountJSON{}
				for _, x := range all {
					out = append(out, accountOf(x))
				}
				if a.json {
					return a.printJSON(out)
				}
				if len(out) == 0 {
					fmt.Fprintln(a.env.Stdout, "There are no accounts. “readout account add NAME --scopes admin” makes one.")
				}
				for _, x := range out {
					last, off := "never signed in", ""
					if x.SignedIn != nil {
						last = "signed in " + *x.SignedIn
					}
					if x.Disabled {
						off = ", disabled"
					}
					fmt.Fprintf(a.env.Stdout, "%-24s %-6s  by %s, %s%s\n", x.Name, x.Scopes, x.SignsIn, last, off)
				}
				return nil
			})
		},
	})
}

// changeAccount runs a change of an account, in a store that is made where create
// says so, and tells what became of it. change returns a password that was made,
// "" for none.
func (a *app) changeAccount(ctx context.Context, create bool, name, verb string, change func(ctx context.Context, g *gate.Gate) (secret string, err error)) error {
	return a.onAccounts(ctx, create, func(ctx context.Context, g *gate.Gate) error {
		secret, err := change(ctx, g)
		if err != nil {
			return err
		}
		x, err := g.Account(ctx, name)
		if err != nil {
			return err
		}
		if a.json {
			out := accountOf(x)
			out.Password = secret
			return a.printJSON(out)
		}
		fmt.Fprintf(a.env.Stdout, "%s %s, scope %s.\n", verb, x.Name, x.Scopes)
		if secret != "" {
			fmt.Fprintf(a.env.Stdout, "Its password, told this once: %s\n", secret)
		}
		return nil
	})
}

func (a *app) accountScopes() *cobra.Command {
	return a.accountFlags(&cobra.Command{
		Use: "scopes NAME SCOPE", Short: "Say what an account may do: read, review or admin",
		Example: "  readout account scopes orrin review",
		Args:    exactly(2, "a name and a scope"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, s, err := scoped(args[0], args[1])
			if err != nil {
				return err
			}
			return a.changeAccount(cmd.Context(), false, name, "Changed", func(ctx context.Context, g *gate.Gate) (string, error) {
				return "", g.SetScopes(ctx, name, s)
			})
		},
	})
}

func (a *app) accountStanding(verb string, disabled bool) *cobra.Command {
	short := "Let an account in again"
	if disabled {
		short = "Let an account in no more: its sessions end, its tokens are refused"
	}
	return a.accountFlags(&cobra.Command{
		Use: verb + " NAME", Short: short,
		Example: "  readout account " + verb + " orrin",
		Args:    exactly(1, "one name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := named(args[0])
			if err != nil {
				return err
			}
			return a.changeAccount(cmd.Context(), false, name, strings.ToUpper(verb[:1])+verb[1:]+"d", func(ctx context.Context, g *gate.Gate) (string, error) {
				return "", g.Disable(ctx, name, disabled)
			})
		},
	})
}

func (a *app) accountPassword() *cobra.Command {
	var made bool
	cmd := &cobra.Command{
		Use: "password NAME", Short: "Give an account another password; its sessions end",
		Example: "  readout account password edda\n  readout account password orrin --make",
		Args:    exactly(1, "one name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := named(args[0])
			if err != nil {
				return err
			}
			password := ""
			if !made {
				if password, err = a.password("New password of " + name); err != nil {
					return err
				}
			}
			return a.changeAccount(cmd.Context(), false, name, "New password for", func(ctx context.Context, g *gate.Gate) (string, error) {
				return g.SetPassword(ctx, name, password)
			})
		},
	}
	cmd.Flags().BoolVar(&made, "make", false, "make a password and print it")
	return a.accountFlags(cmd)
}

// tokenJSON is a token as JSON.
type tokenJSON struct {
	ID      string  `json:"id"`
	Account string  `json:"account"`
	Label   string  `json:"label"`
	Scopes  string  `json:"scopes"`
	Made    *string `json:"made"`
	Expires *string `json:"expires"`
	Used    *string `json:"used"`
	Revoked *string `json:"revoked"`
	Secret  string  `json:"secret,omitempty"` // made just now
}

func tokenOf(t account.Token) tokenJSON {
	return tokenJSON{ID: t.ID, Account: t.Account, Label: t.Label, Scopes: t.Scopes.String(), Made: moment(t.Made), Expires: moment(t.Expires), Used: moment(t.Used), Revoked: moment(t.Revoked)}
}

func (a *app) accountToken() *cobra.Command {
	cmd := &cobra.Command{
		Use: "token", Short: "Give tokens to programs, list and revoke them",
		Long: `A token lets a program ask what its account may, or less. It is printed once; the
store keeps its SHA-256. Programs send it as “Authorization: Bearer TOKEN”.`,
		Example: "  readout account token add edda --label \"night export\"\n  readout account token list\n  readout account token revoke ID",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("account token has no command %q; there are add, list and revoke", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.tokenAdd(), a.tokenList(), a.tokenRevoke())
	return cmd
}

func (a *app) tokenAdd() *cobra.Command {
	var scopes, label string
	var days int
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Make a token of an account and print it, this once",
		Example: "  readout account token add edda --scopes review --label \"intake\" --days 30",
		Args:    exactly(1, "the name of an account"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, s, err := scoped(args[0], scopes)
			if err != nil {
				return err
			}
			if days < 0 || days > 3650 {
				return usageError{fmt.Errorf("--days %d: give 1 to 3650, or 0 for a token without end", days)}
			}
			return a.onAccounts(cmd.Context(), false, func(ctx context.Context, g *gate.Gate) error {
				secret, t, err := g.NewToken(ctx, name, label, s, time.Duration(days)*24*time.Hour)
				if err != nil {
					return err
				}
				if a.json {
					out := tokenOf(t)
					out.Secret = secret
					return a.printJSON(out)
				}
				fmt.Fprintf(a.env.Stdout, "%s\n", secret)
				fmt.Fprintf(a.env.Stderr, "readout: that is the token, told this once; its id is %s\n", t.ID)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&scopes, "scopes", "read", "what it may do: read, review or admin, and no more than its account")
	cmd.Flags().StringVar(&label, "label", "", "what it is for")
	cmd.Flags().IntVar(&days, "days", 90, "days until it expires; 0: never")
	return a.accountFlags(cmd)
}

func (a *app) tokenList() *cobra.Command {
	return a.accountFlags(&cobra.Command{
		Use: "list [NAME]", Short: "List tokens, of one account or of all",
		Example: "  readout account token list edda",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{errors.New("account token list takes one name, or none")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) == 1 {
				var err error
				if name, err = named(args[0]); err != nil {
					return err
				}
			}
			return a.onAccounts(cmd.Context(), false, func(ctx context.Context, g *gate.Gate) error {
				all, err := g.Tokens(ctx, name)
				if err != nil {
					return err
				}
				out := []tokenJSON{}
				for _, t := range all {
					out = append(out, tokenOf(t))
				}
				if a.json {
					return a.printJSON(out)
				}
				for _, t := range out {
					state := "no end"
					switch {
					case t.Revoked != nil:
						state = "revoked " + *t.Revoked
					case t.Expires != nil:
						state = "until " + *t.Expires
					}
					used := "never used"
					if t.Used != nil {
						used = "used " + *t.Used
					}
					fmt.Fprintf(a.env.Stdout, "%s  %-16s %-6s  %s, %s  %s\n", t.ID, t.Account, t.Scopes, state, used, clean(t.Label))
				}
				return nil
			})
		},
	})
}

func (a *app) tokenRevoke() *cobra.Command {
	return a.accountFlags(&cobra.Command{
		Use: "revoke ID", Short: "End a token for good",
		Example: "  readout account token revoke 3f8a20c1d977",
		Args:    exactly(1, "the id of a token, as list prints it"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onAccounts(cmd.Context(), false, func(ctx context.Context, g *gate.Gate) error {
				if err := g.RevokeToken(ctx, args[0], ""); err != nil {
					return err
				}
				if a.json {
					return a.printJSON(map[string]string{"revoked": args[0]})
				}
				fmt.Fprintf(a.env.Stdout, "Revoked %s.\n", clean(args[0]))
				return nil
			})
		},
	})
}
