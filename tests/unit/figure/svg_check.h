/* SPDX-License-Identifier: GPL-3.0-or-later
 * A strict reader of SVG as we write it: well-formed XML (balanced tags, quoted and unique
 * attributes, only known entities, valid UTF-8), finite plain numbers, everything on the page. */
#pragma once
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solvers/figure/text.h"

enum { SVG_DEPTH = 16, SVG_ATTRIBUTES = 24, SVG_COLOURS = 12, SVG_DOTS = 256 };

typedef struct {
  double left, top, right, bottom;
} svg_box;

typedef struct {
  const char *at, *error;
  double      width, height;
  int         depth, n_elements, n_texts, n_images, n_rects;
  int64_t     n_points;
  char        open[SVG_DEPTH][16];
  char        colour[SVG_COLOURS][8]; /* strokes and fills of paths, and what they span */
  svg_box     span[SVG_COLOURS];
  int64_t     points_of[SVG_COLOURS];
  double      dot[SVG_DOTS][2]; /* the first dots ("h0") of a path */
  int         n_dots;
  char        name[SVG_ATTRIBUTES][24], value[SVG_ATTRIBUTES][64];
  const char *long_value[SVG_ATTRIBUTES];
  int         n_attributes;
  double      text_x, text_y, text_size;
  int         text_anchor;
  bool        text_bold, text_upright, in_text;
  char        text[4096];
} svg_reader;

static bool svg_fail(svg_reader *r, const char *error) {
  if (!r->error) r->error = error;
  return false;
}

static bool svg_is_name(char c) {
  return isalnum((unsigned char)c) || c == '-' || c == ':' || c == '_';
}

/* Text up to `stop`: entities are known, no '<', valid UTF-8. Decoded into `out` (cut to fit). */
static bool svg_characters(svg_reader *r, char stop, char *out, size_t room) {
  size_t n = 0;
  while (*r->at && *r->at != stop) {
    static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    static const char        plain[]  = "&<>\"";
    if (*r->at == '<') return svg_fail(r, "a bare '<'");
    if (*r->at == '&') {
      int e = 0;
      while (e < 4 && strncmp(r->at, entity[e], strlen(entity[e]))) e++;
      if (e == 4) return svg_fail(r, "a bare '&'");
      if (n + 1 < room) out[n++] = plain[e];
      r->at += strlen(entity[e]);
      continue;
    }
    const char    *from = r->at;
    const uint32_t code = qv_text_next(&r->at);
    if (code == 0xFFFD && strncmp(from, "\xEF\xBF\xBD", 3)) return svg_fail(r, "no UTF-8");
    if ((code < 32 && code != '\n') || code == 127) return svg_fail(r, "a control character");
    for (; from < r->at; from++)
      if (n + 1 < room) out[n++] = *from;
  }
  if (room) out[n] = 0;
  return *r->at == stop || svg_fail(r, "an open end");
}

static bool svg_number(svg_reader *r, const char **p, double *value) {
  const char *start = *p;
  char       *end;
  if (!strchr("-.0123456789", *start) || !*start) return svg_fail(r, "no number");
  const size_t n = strspn(start, "-.0123456789");
  if (memchr(start, 'e', n)) return svg_fail(r, "an exponent");
  *value = strtod(start, &end);
  if (end == start || !isfinite(*value)) return svg_fail(r, "a strange number");
  *p = end;
  return true;
}

static const char *svg_attribute(const svg_reader *r, const char *name) {
  for (int i = 0; i < r->n_attributes; i++)
    if (!strcmp(r->name[i], name)) return r->value[i];
  return NULL;
}

static double svg_real(svg_reader *r, const char *name) {
  const char *text  = svg_attribute(r, name);
  double      value = NAN;
  if (!text) return svg_fail(r, "a missing attribute"), NAN;
  if (svg_number(r, &text, &value) && *text) svg_fail(r, "more than a number");
  return value;
}

static bool svg_on_page(svg_reader *r, double x, double y) {
  const double slack = 0.5;
  if (x < -slack || y < -slack || x > r->width + slack || y > r->height + slack)
    return svg_fail(r, "something is off the page");
  return true;
}

static int svg_colour_index(svg_reader *r, const char *colour) {
  int i = 0;
  while (i < SVG_COLOURS && r->colour[i][0] && strcmp(r->colour[i], colour)) i++;
  if (i == SVG_COLOURS) return SVG_COLOURS - 1;
  if (!r->colour[i][0]) {
    snprintf(r->colour[i], sizeof r->colour[i], "%.7s", colour);
    r->span[i] = (svg_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
  }
  return i;
}

/* Path data made of m, l, h0 and z. */
static bool svg_path(svg_reader *r, const char *p, const char *colour) {
  const int i = svg_colour_index(r, colour);
  double    x = 0, y = 0, dx, dy;
  if (*p != 'm') return svg_fail(r, "a path without a start");
  while (*p && *p != '"') {
    const char command = *p++;
    if (command == 'z') continue;
    if (command == 'h') {
      if (*p++ != '0') return svg_fail(r, "a strange path");
      if (r->n_dots < SVG_DOTS) r->dot[r->n_dots][0] = x, r->dot[r->n_dots++][1] = y;
      continue;
    }
    if (command != 'm' && command != 'l') return svg_fail(r, "a strange path");
    if (!svg_number(r, &p, &dx)) return false;
    if (*p == ' ') p++;
    if (!svg_number(r, &p, &dy)) return false;
    x += dx;
    y += dy;
    if (!svg_on_page(r, x, y)) return false;
    svg_box *s = &r->span[i];
    *s = (svg_box){fmin(s->left, x), fmin(s->top, y), fmax(s->right, x), fmax(s->bottom, y)};
    r->points_of[i]++;
    r->n_points++;
  }
  return true;
}

static void svg_enter(svg_reader *r, const char *name) {
  r->n_elements++;
  if (!strcmp(name, "svg")) {
    r->width  = svg_real(r, "width");
    r->height = svg_real(r, "height");
    if (!svg_attribute(r, "viewBox")) svg_fail(r, "no viewBox");
  } else if (!strcmp(name, "path")) {
    const char *fill = svg_attribute(r, "fill"), *stroke = svg_attribute(r, "stroke");
    for (int i = 0; i < r->n_attributes; i++)
      if (!strcmp(r->name[i], "d")) svg_path(r, r->long_value[i], stroke ? stroke : fill);
    if (!fill) svg_fail(r, "a path without fill");
  } else if (!strcmp(name, "text")) {
    const char *anchor = svg_attribute(r, "text-anchor");
    r->n_texts++;
    r->in_text      = true;
    r->text[0]      = 0;
    r->text_x       = svg_real(r, "x");
    r->text_y       = svg_real(r, "y");
    r->text_size    = svg_real(r, "font-size");
    r->text_bold    = svg_attribute(r, "font-weight") != NULL;
    r->text_upright = svg_attribute(r, "transform") != NULL;
    r->text_anchor  = !anchor ? 0 : !strcmp(anchor, "middle") ? 1 : 2;
  } else if (!strcmp(name, "image") || (!strcmp(name, "rect") && svg_attribute(r, "x"))) {
    const double x = svg_real(r, "x"), y = svg_real(r, "y");
    svg_on_page(r, x, y);
    svg_on_page(r, x + svg_real(r, "width"), y + svg_real(r, "height"));
    r->n_images += name[0] == 'i';
    r->n_rects += name[0] == 'r';
  }
}

/* The text as a whole, without raising, is at least as wide as what is seen. */
static void svg_leave_text(svg_reader *r) {
  const double share = r->text_anchor / 2.0,
               width = qv_text_width(r->text, r->text_size, r->text_bold);
  r->in_text         = false;
  if (r->text_upright) {
    svg_on_page(r, r->text_x, r->text_y + share * width);
    svg_on_page(r, r->text_x, r->text_y - (1 - share) * width);
  } else {
    svg_on_page(r, r->text_x - share * width, r->text_y - 0.8 * r->text_size);
    svg_on_page(r, r->text_x + (1 - share) * width, r->text_y + 0.2 * r->text_size);
  }
}

static bool svg_attributes(svg_reader *r) {
  r->n_attributes = 0;
  while (*r->at == ' ') {
    const int i = r->n_attributes++;
    size_t    n = 0;
    r->at++;
    if (i == SVG_ATTRIBUTES) return svg_fail(r, "too many attributes");
    while (svg_is_name(*r->at) && n + 1 < sizeof r->name[i]) r->name[i][n++] = *r->at++;
    r->name[i][n] = 0;
    if (!n || strncmp(r->at, "=\"", 2)) return svg_fail(r, "an attribute without a quoted value");
    r->at += 2;
    r->long_value[i] = r->at;
    if (!svg_characters(r, '"', r->value[i], sizeof r->value[i])) return false;
    r->at++;
    for (int j = 0; j < i; j++)
      if (!strcmp(r->name[i], r->name[j])) return svg_fail(r, "an attribute twice");
  }
  return true;
}

static bool svg_tag(svg_reader *r) {
  char       name[16];
  size_t     n      = 0;
  const bool closes = r->at[1] == '/';
  r->at += closes ? 2 : 1;
  while (svg_is_name(*r->at) && n + 1 < sizeof name) name[n++] = *r->at++;
  name[n] = 0;
  if (!n) return svg_fail(r, "a tag without a name");
  if (closes) {
    if (*r->at++ != '>') return svg_fail(r, "a strange end tag");
    if (!r->depth || strcmp(r->open[--r->depth], name)) return svg_fail(r, "tags do not match");
    if (!strcmp(name, "text")) svg_leave_text(r);
    return true;
  }
  if (r->depth == 0 && r->n_elements) return svg_fail(r, "two roots");
  if (!svg_attributes(r)) return false;
  svg_enter(r, name);
  if (!strncmp(r->at, "/>", 2)) {
    r->at += 2;
    return true;
  }
  if (*r->at++ != '>') return svg_fail(r, "a strange tag");
  if (r->depth == SVG_DEPTH) return svg_fail(r, "too deep");
  strcpy(r->open[r->depth++], name);
  return true;
}

/* Read a whole document. r->error is NULL when all is well. */
static inline void svg_read(svg_reader *r, const char *text) {
  static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  char              part[2048];
  memset(r, 0, sizeof *r);
  r->at = text;
  if (strncmp(text, head, sizeof head - 1)) {
    svg_fail(r, "no XML declaration");
    return;
  }
  r->at += sizeof head - 1;
  while (*r->at && !r->error) {
    if (*r->at == '<') {
      svg_tag(r);
      continue;
    }
    const char *from = r->at;
    while (*r->at && *r->at != '<') r->at++;
    const char *end = r->at;
    r->at           = from;
    while (r->at < end && !r->error) {
      if (*r->at == '&' || (unsigned char)*r->at >= 32 || *r->at == '\n') {
        /* One run of characters, checked as in attributes. */
        char      *copy  = malloc((size_t)(end - from) + 1);
        svg_reader inner = {.at = copy};
        memcpy(copy, from, (size_t)(end - from));
        copy[end - from] = 0;
        if (!svg_characters(&inner, 0, part, sizeof part)) svg_fail(r, inner.error);
        free(copy);
        r->at = end;
      } else
        svg_fail(r, "a control character");
    }
    if (r->depth == 0 && strspn(from, "\n") < (size_t)(end - from)) svg_fail(r, "text outside");
    if (r->in_text && strlen(r->text) + strlen(part) < sizeof r->text) strcat(r->text, part);
  }
  if (!r->error && r->depth) svg_fail(r, "a tag is not closed");
  if (!r->error && !r->n_elements) svg_fail(r, "nothing there");
}
