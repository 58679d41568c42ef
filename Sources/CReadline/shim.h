// GNU readline for Swift: its globals stay on this side, behind functions. And the start of a shell's command, which
// needs fork().
#pragma once
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <readline/readline.h>
#include <readline/history.h>

// Where Tab looks for the start of a word: everything that is not part of a name.
static char dls_word_breaks[] = " \t\n!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

// Tab in front of anything else on the line indents; elsewhere it completes.
static inline int dls_readline_tab(int count, int key) {
    for (int i = 0; i < rl_point; i++) {
        if (rl_line_buffer[i] == ' ' || rl_line_buffer[i] == '\t' || rl_line_buffer[i] == '\n') continue;
        if (rl_last_func == dls_readline_tab) rl_last_func = rl_complete;
        return rl_complete(count, key);
    }
    return rl_insert_text("  ") >= 0 ? 0 : 1;
}

// Whether the rest of an earlier input is shown in grey behind what is typed, and whether it stands there now.
static int dls_suggests = 0;
static int dls_is_suggesting = 0;

// The rest of the newest input that begins with what is typed; NULL where there is none, or the cursor is not at the end.
static inline const char *dls_readline_suggestion(void) {
    if (!dls_suggests || rl_end == 0 || rl_point != rl_end) return NULL;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_COMPLETING)) return NULL;
    HIST_ENTRY **entries = history_list();
    for (int i = entries ? history_length - 1 : -1; i >= 0; i--) {
        const char *line = entries[i]->line;
        if (strncmp(line, rl_line_buffer, rl_end) == 0 && line[rl_end]) return line + rl_end;
    }
    return NULL;
}

static inline void dls_readline_hide_suggestion(void) {
    if (!dls_is_suggesting) return;
    dls_is_suggesting = 0;
    fputs("\033[K", rl_outstream);
    fflush(rl_outstream);
}

// Gives the line with colours, to be freed; NULL where it is shown without. And the columns of the prompt before it.
static char *(*dls_paint)(const char *line) = NULL;
static int dls_prompt_width = 0;

// Draws the line again in colours, over itself: readline knows of none.
static inline void dls_readline_paint(void) {
    if (!dls_paint || rl_end == 0) return;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_COMPLETING)) return;
    char *painted = dls_paint(rl_line_buffer);
    if (!painted) return;
    fprintf(rl_outstream, "\0337\r\033[%dC%s\0338", dls_prompt_width, painted);
    fflush(rl_outstream);
    free(painted);
}

// Shows the line, and behind it the suggestion: as far as it fits, with the cursor in front of it.
static inline void dls_readline_redisplay(void) {
    dls_readline_hide_suggestion();
    rl_redisplay();
    dls_readline_paint();
    const char *rest = dls_readline_suggestion();
    if (!rest) return;
    int count = 0;
    while ((unsigned char)rest[count] >= ' ' && rest[count] != 0x7f) count++;
    fprintf(rl_outstream, "\0337\033[?7l\033[90m%.*s\033[0m\033[?7h\0338", count, rest);
    fflush(rl_outstream);
    dls_is_suggesting = 1;
}

static inline int dls_readline_right(int count, int key) {
    const char *rest = dls_readline_suggestion();
    if (!rest) return rl_forward_char(count, key);
    rl_insert_text(rest);
    return 0;
}

static inline int dls_readline_enter(int count, int key) {
    dls_readline_hide_suggestion();
    return rl_newline(count, key);
}

static inline int dls_readline_insert_newline(int count, int key) {
    (void)count, (void)key;
    return rl_insert_text("\n") >= 0 ? 0 : 1;
}

static inline int dls_readline_line_start(int place) {
    while (place > 0 && rl_line_buffer[place - 1] != '\n') place--;
    return place;
}

// Puts the cursor so many bytes behind the start of a line, or at its end, and not into a character.
static inline void dls_readline_move(int start, int column) {
    rl_point = start;
    while (rl_point < start + column && rl_point < rl_end && rl_line_buffer[rl_point] != '\n') rl_point++;
    while (rl_point > start && (rl_line_buffer[rl_point] & 0xC0) == 0x80) rl_point--;
}

// Up and Down move inside an input of several lines, and from its first and last line through the history.
static inline int dls_readline_up(int count, int key) {
    int start = dls_readline_line_start(rl_point);
    if (start == 0) return rl_get_previous_history(count, key);
    dls_readline_move(dls_readline_line_start(start - 1), rl_point - start);
    return 0;
}

static inline int dls_readline_down(int count, int key) {
    int column = rl_point - dls_readline_line_start(rl_point);
    int end = rl_point;
    while (end < rl_end && rl_line_buffer[end] != '\n') end++;
    if (end == rl_end) return rl_get_next_history(count, key);
    dls_readline_move(end + 1, column);
    return 0;
}

// Reads an answer of the terminal that comes late, to its end, as if it had not come.
static inline int dls_readline_drop_report(int count, int key) {
    (void)count;
    for (int i = 0; i < 256 && key >= 0 && (i == 0 || key < 0x40 || key > 0x7e); i++) key = rl_read_key();
    return 0;
}

static inline int dls_readline_drop_message(int count, int key) {
    (void)count;
    for (int i = 0; i < 256 && key >= 0 && key != '\\'; i++) key = rl_read_key();
    return 0;
}

// Gives a key another meaning, unless the user's inputrc has.
static inline void dls_readline_rebind(const char *keys, rl_command_func_t *usual, rl_command_func_t *function) {
    if (rl_function_of_keyseq(keys, NULL, NULL) == usual) rl_bind_keyseq(keys, function);
}

// While readline has the terminal, read() does not wait: Ctrl-C throws away what was typed before it, so that what
// poll() has seen may be gone.
static inline void dls_readline_take_terminal(int meta) {
    struct termios modes;
    rl_prep_terminal(meta);
    if (tcgetattr(fileno(rl_instream), &modes) != 0) return;
    modes.c_cc[VMIN] = 0;
    modes.c_cc[VTIME] = 0;
    tcsetattr(fileno(rl_instream), TCSADRAIN, &modes);
}

// The descriptor that can be read when a signal has come.
static int dls_wake_descriptor = -1;

// A key; an error when a signal comes first, which ends the line.
static inline int dls_readline_key(FILE *input) {
    struct pollfd requests[2] = {{fileno(input), POLLIN, 0}, {dls_wake_descriptor, POLLIN, 0}};
    for (;;) {
        unsigned char key;
        ssize_t count = read(requests[0].fd, &key, 1);
        if (count == 1) return key;
        if (count < 0 && errno != EINTR && errno != EAGAIN) return EOF;
        if (poll(requests, 2, -1) < 0) continue;
        // A terminal that is gone stays readable, and gives nothing.
        if (requests[0].revents & (POLLHUP | POLLERR | POLLNVAL)) return EOF;
        if (requests[0].revents & POLLIN) continue;
        if (requests[1].revents) return READERR;
        if (requests[0].revents) return EOF;
    }
}

// To be called once, before everything else. What is bound before rl_initialize the user's inputrc may change.
static inline void dls_readline_start(
    rl_completion_func_t *complete, int history_size, char *(*paint)(const char *), int wake_descriptor) {
    dls_suggests = paint != NULL;
    dls_paint = paint;
    dls_wake_descriptor = wake_descriptor;
    rl_getc_function = dls_readline_key;
    rl_prep_term_function = dls_readline_take_terminal;
    rl_readline_name = "dls";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = dls_word_breaks;
    rl_variable_bind("enable-bracketed-paste", "on");
    rl_variable_bind("show-all-if-ambiguous", "on");
    // The cursor shows the bracket that a typed one closes, until the next key or for a moment.
    rl_variable_bind("blink-matching-paren", "on");
    rl_set_paren_blink_timeout(300000);
    // Questions and pages would wait for a key inside readline, where Ctrl-C is not heard.
    rl_variable_bind("page-completions", "off");
    rl_variable_bind("completion-query-items", "0");
    using_history();
    stifle_history(history_size);
    rl_initialize();
    // With a function of another's for it at the start, readline would take no pasted text as a whole.
    rl_redisplay_function = dls_readline_redisplay;
    rl_add_defun("dls-complete", dls_readline_tab, -1);
    if (rl_function_of_keyseq("\t", NULL, NULL) == rl_complete) rl_bind_key('\t', dls_readline_tab);
    rl_bind_keyseq("\033[?", dls_readline_drop_report);
    rl_bind_keyseq("\033[6;", dls_readline_drop_report);
    rl_bind_keyseq("\033_G", dls_readline_drop_message);
    for (int i = 0; i < 2; i++) {
        dls_readline_rebind(i ? "\n" : "\r", rl_newline, dls_readline_enter);
        // Alt-Enter would change to the keys of vi, and not back.
        dls_readline_rebind(i ? "\033\n" : "\033\r", rl_vi_editing_mode, dls_readline_insert_newline);
        dls_readline_rebind(i ? "\033OA" : "\033[A", rl_get_previous_history, dls_readline_up);
        dls_readline_rebind(i ? "\033OB" : "\033[B", rl_get_next_history, dls_readline_down);
        dls_readline_rebind(i ? "\033OC" : "\033[C", rl_forward_char, dls_readline_right);
    }
}

// Shows a prompt and starts to edit a line behind the newest entry of the history.
static inline void dls_readline_begin(const char *prompt, int width, rl_vcpfunc_t *handler) {
    dls_prompt_width = width;
    using_history();
    rl_callback_handler_install(prompt, handler);
}

// Leaves whatever is being edited or searched, and gives the terminal back.
static inline void dls_readline_abandon(void) {
    dls_readline_hide_suggestion();
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
}

static inline void dls_readline_release_terminal(void) { rl_deprep_terminal(); }

// Takes the terminal again after others had it, and shows the line once more.
static inline void dls_readline_retake_terminal(void) {
    rl_deprep_terminal();
    dls_readline_take_terminal(1);
    rl_resize_terminal();
    rl_forced_update_display();
}

static inline const char *dls_readline_line(void) { return rl_line_buffer; }
static inline int dls_readline_point(void) { return rl_point; }

// The completion function has found all there is: no file names, and nothing behind a single match.
static inline void dls_readline_completion_is_final(void) {
    rl_attempted_completion_over = 1;
    rl_completion_suppress_append = 1;
}

// Whether whoever started the program had it ignore a signal, as nohup does.
static inline int dls_is_ignored(int signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Starts a command of the shell in a process group of its own, which has the terminal before the command begins: so
// Ctrl-C reaches it and nobody else. Signals are as they are by default. Returns the process, or -1 and errno.
static inline pid_t dls_shell_start(const char *command, int has_terminal) {
    static const int signals[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGPIPE,
                                  SIGXFSZ, SIGWINCH, SIGCONT, SIGTERM, SIGHUP};
    pid_t process = fork();
    if (process == 0) {
        sigset_t none;
        setpgid(0, 0);
        // SIGTTOU is held back here, or this would stop the process.
        if (has_terminal) tcsetpgrp(0, getpid());
        for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    if (process > 0) setpgid(process, process);
    return process;
}
