#define _GNU_SOURCE
#include "CReadline.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// Where Tab looks for the start of a word: everything that is not part of a name.
static char dls_word_breaks[] = " \t\n!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~";

// Tab in front of anything else on the line indents; elsewhere it completes.
static int dls_readline_tab(int count, int key) {
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
static const char *dls_readline_suggestion(void) {
    if (!dls_suggests || rl_end == 0 || rl_point != rl_end) return NULL;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_COMPLETING)) return NULL;
    HIST_ENTRY **entries = history_list();
    for (int i = entries ? history_length - 1 : -1; i >= 0; i--) {
        const char *line = entries[i]->line;
        if (strncmp(line, rl_line_buffer, rl_end) == 0 && line[rl_end]) return line + rl_end;
    }
    return NULL;
}

// Gives what is to be sent after readline has shown the line: colours over it, and what stands below it; the number of
// rows from the cursor to that, 0 where nothing does. To be freed; NULL for nothing.
static char *(*dls_decorate)(const char *line, int point, int *rows_below) = NULL;
static int dls_rows_below = 0;

// Takes off the screen what is no part of the line. It is sent with whatever comes next, so that nothing flickers.
static void dls_readline_take_off(void) {
    if (dls_is_suggesting) fputs("\033[K", rl_outstream);
    if (dls_rows_below) fprintf(rl_outstream, "\0337\033[%dB\r\033[J\0338", dls_rows_below);
    dls_is_suggesting = dls_rows_below = 0;
}

static void dls_readline_hide(void) {
    dls_readline_take_off();
    fflush(rl_outstream);
}

// Draws what readline knows nothing of.
static void dls_readline_decorate(void) {
    if (!dls_decorate || rl_end == 0) return;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_COMPLETING)) return;
    char *text = dls_decorate(rl_line_buffer, rl_point, &dls_rows_below);
    if (text) fputs(text, rl_outstream);
    free(text);
}

// Shows the line, and behind it the suggestion: as far as it fits, with the cursor in front of it.
static void dls_readline_redisplay(void) {
    dls_readline_take_off();
    rl_redisplay();
    dls_readline_decorate();
    const char *rest = dls_readline_suggestion();
    if (rest) {
        int count = 0;
        while ((unsigned char)rest[count] >= ' ' && rest[count] != 0x7f) count++;
        fprintf(rl_outstream, "\0337\033[?7l\033[90m%.*s\033[0m\033[?7h\0338", count, rest);
        dls_is_suggesting = 1;
    }
    fflush(rl_outstream);
}

int dls_readline_character_width(unsigned int character) {
    if (character < ' ' || character == 0x7f) return -1;
    if (character < 0x7f) return 1;
    return MB_CUR_MAX > 1 ? wcwidth((wchar_t)character) : -1;
}

static int dls_readline_right(int count, int key) {
    const char *rest = dls_readline_suggestion();
    if (!rest) return rl_forward_char(count, key);
    rl_insert_text(rest);
    return 0;
}

static int dls_readline_enter(int count, int key) {
    dls_readline_take_off();
    return rl_newline(count, key);
}

static int dls_readline_insert_newline(int count, int key) {
    (void)count, (void)key;
    return rl_insert_text("\n") >= 0 ? 0 : 1;
}

static int dls_readline_line_start(int place) {
    while (place > 0 && rl_line_buffer[place - 1] != '\n') place--;
    return place;
}

// Puts the cursor so many bytes behind the start of a line, or at its end, and not into a character.
static void dls_readline_move(int start, int column) {
    rl_point = start;
    while (rl_point < start + column && rl_point < rl_end && rl_line_buffer[rl_point] != '\n') rl_point++;
    while (rl_point > start && (rl_line_buffer[rl_point] & 0xC0) == 0x80) rl_point--;
}

// Up and Down move inside an input of several lines, and from its first and last line through the history.
static int dls_readline_up(int count, int key) {
    int start = dls_readline_line_start(rl_point);
    if (start == 0) return rl_get_previous_history(count, key);
    dls_readline_move(dls_readline_line_start(start - 1), rl_point - start);
    return 0;
}

static int dls_readline_down(int count, int key) {
    int column = rl_point - dls_readline_line_start(rl_point);
    int end = rl_point;
    while (end < rl_end && rl_line_buffer[end] != '\n') end++;
    if (end == rl_end) return rl_get_next_history(count, key);
    dls_readline_move(end + 1, column);
    return 0;
}

// Reads an answer of the terminal that comes late, to its end, as if it had not come.
static int dls_readline_drop_report(int count, int key) {
    (void)count;
    for (int i = 0; i < 256 && key >= 0 && (i == 0 || key < 0x40 || key > 0x7e); i++) key = rl_read_key();
    return 0;
}

static int dls_readline_drop_message(int count, int key) {
    (void)count;
    for (int i = 0; i < 256 && key >= 0 && key != '\\'; i++) key = rl_read_key();
    return 0;
}

// Gives a key another meaning, unless the user's inputrc has.
static void dls_readline_rebind(const char *keys, rl_command_func_t *usual, rl_command_func_t *function) {
    if (rl_function_of_keyseq(keys, NULL, NULL) == usual) rl_bind_keyseq(keys, function);
}

// While readline has the terminal, read() does not wait: Ctrl-C throws away what was typed before it, so that what
// poll() has seen may be gone.
static void dls_readline_take_terminal(int meta) {
    struct termios modes;
    rl_prep_terminal(meta);
    if (tcgetattr(fileno(rl_instream), &modes) != 0) return;
    modes.c_cc[VMIN] = 0;
    modes.c_cc[VTIME] = 0;
    tcsetattr(fileno(rl_instream), TCSADRAIN, &modes);
}

// Whoever reads the lines ends the one of Ctrl-D; readline would, too, where it knows bracketed paste.
static void dls_readline_give_terminal(void) {
    int eof = rl_eof_found;
    rl_eof_found = 0;
    rl_deprep_terminal();
    rl_eof_found = eof;
}

// The descriptor that can be read when a signal has come.
static int dls_wake_descriptor = -1;

// How many of the next bytes were typed before readline had the terminal.
static int dls_typed_ahead = 0;

// A key; an error when a signal comes first, which ends the line.
static int dls_readline_key(FILE *input) {
    struct pollfd requests[2] = {{fileno(input), POLLIN, 0}, {dls_wake_descriptor, POLLIN, 0}};
    for (;;) {
        unsigned char key;
        ssize_t count = read(requests[0].fd, &key, 1);
        if (count == 1) {
            // What the key does may write below the line. Keys that wait already are read before that is drawn.
            dls_readline_take_off();
            // A Ctrl-D that came before readline is stored by the terminal as 0.
            if (dls_typed_ahead > 0) {
                dls_typed_ahead--;
                if (key == 0) return 4;
            }
            return key;
        }
        if (count < 0 && errno != EINTR && errno != EAGAIN) return EOF;
        if (poll(requests, 2, -1) < 0) continue;
        // A terminal that is gone stays readable, and gives nothing.
        if (requests[0].revents & (POLLHUP | POLLERR | POLLNVAL)) return EOF;
        if (requests[0].revents & POLLIN) continue;
        if (requests[1].revents) return READERR;
        if (requests[0].revents) return EOF;
    }
}

void dls_readline_start(
    rl_completion_func_t *complete, int history_size, int suggests, char *(*decorate)(const char *, int, int *),
    int wake_descriptor) {
    dls_suggests = suggests;
    dls_wake_descriptor = wake_descriptor;
    rl_getc_function = dls_readline_key;
    rl_prep_term_function = dls_readline_take_terminal;
    rl_deprep_term_function = dls_readline_give_terminal;
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
    // Where the line scrolls, or has more in front of it than the prompt, its rows are not known.
    static const char *const unknown[] = {"horizontal-scroll-mode", "show-mode-in-prompt"};
    dls_decorate = decorate;
    for (int i = 0; i < 2; i++) {
        const char *value = rl_variable_value(unknown[i]);
        if (value && strcmp(value, "on") == 0) dls_decorate = NULL;
    }
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

void dls_readline_begin(const char *prompt, rl_vcpfunc_t *handler) {
    using_history();
    rl_callback_handler_install(prompt, handler);
    if (ioctl(fileno(rl_instream), FIONREAD, &dls_typed_ahead) != 0) dls_typed_ahead = 0;
}

void dls_readline_abandon(void) {
    dls_readline_hide();
    // It shows the line once more.
    rl_redisplay_function = rl_redisplay;
    rl_free_line_state();
    rl_callback_sigcleanup();
    rl_callback_handler_remove();
    rl_redisplay_function = dls_readline_redisplay;
}

void dls_readline_go_to_end(void) {
    dls_readline_take_off();
    rl_point = rl_end;
    rl_redisplay();
    fflush(rl_outstream);
}

void dls_readline_release_terminal(void) {
    dls_readline_hide();
    rl_deprep_terminal();
}

void dls_readline_retake_terminal(void) {
    rl_deprep_terminal();
    dls_readline_take_terminal(1);
    rl_resize_terminal();
    rl_forced_update_display();
}

void dls_readline_resize(int cursor_row) {
    if (cursor_row > 0) fprintf(rl_outstream, "\033[%dA", cursor_row);
    fputs("\r\033[J", rl_outstream);
    dls_is_suggesting = dls_rows_below = 0;
    rl_reset_screen_size();
    rl_forced_update_display();
}

const char *dls_readline_line(void) { return rl_line_buffer; }
int dls_readline_point(void) { return rl_point; }

void dls_readline_completion_is_final(void) {
    dls_readline_take_off();
    rl_attempted_completion_over = 1;
    rl_completion_suppress_append = 1;
}

int dls_is_ignored(int signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

pid_t dls_shell_start(const char *command, int has_terminal) {
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
