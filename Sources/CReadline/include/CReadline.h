// GNU readline for Swift: its globals stay on this side, behind functions. And the start of a shell's command, which
// needs fork(). Their state is in the source file: a variable of a header would be another one in each file of Swift.
#pragma once
#include <stdio.h>
#include <sys/types.h>
#include <readline/readline.h>
#include <readline/history.h>

/// The columns that readline gives to a character; -1 where it shows something else in its place.
int dls_readline_character_width(unsigned int character);

/// To be called once, before everything else. What is bound before rl_initialize the user's inputrc may change.
void dls_readline_start(
    rl_completion_func_t *complete, int history_size, int suggests, char *(*decorate)(const char *, int, int *),
    int wake_descriptor);

/// Shows a prompt and starts to edit a line behind the newest entry of the history.
void dls_readline_begin(const char *prompt, rl_vcpfunc_t *handler);

/// Leaves whatever is being edited or searched, and gives the terminal back.
void dls_readline_abandon(void);

/// Goes to the end of what is being edited, so that nothing of it stands below what is written next.
void dls_readline_go_to_end(void);

void dls_readline_release_terminal(void);

/// Takes the terminal again after others had it, and shows the line once more.
void dls_readline_retake_terminal(void);

/// Shows the line anew for another size of the window, over the one that stands there with its cursor in that row.
void dls_readline_resize(int cursor_row);

const char *dls_readline_line(void);
int dls_readline_point(void);

/// The completion function finds all there is: no file names, and nothing behind a single match. A list comes below.
void dls_readline_completion_is_final(void);

/// Whether whoever started the program had it ignore a signal, as nohup does.
int dls_is_ignored(int signal);

/// Starts a command of the shell in a process group of its own, which has the terminal before the command begins: so
/// Ctrl-C reaches it and nobody else. Signals are as they are by default. Returns the process, or -1 and errno.
pid_t dls_shell_start(const char *command, int has_terminal);
