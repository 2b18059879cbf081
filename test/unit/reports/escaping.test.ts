import { describe, expect, test } from 'vitest';
import { escapeHtml, html, markupOf } from '../../../src/reports/html-text.ts';
import { codeSpan, escapeMarkdown, markdownTable } from '../../../src/reports/markdown-text.ts';

describe('html', () => {
  test('escapes every value that is not HTML already', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(
      markupOf(html`<p title="${'"a" & \'b\''}">${inner}${['<', html`<br>`]}${null}${3}</p>`),
    ).toBe('<p title="&quot;a&quot; &amp; &#39;b&#39;"><b>&lt;i&gt;</b>&lt;<br>3</p>');
  });

  test('escapes all that could leave text or an attribute', () => {
    expect(escapeHtml(`<>&"'`)).toBe('&lt;&gt;&amp;&quot;&#39;');
  });
});

describe('Markdown', () => {
  test('cannot open HTML, links, emphasis or a cell', () => {
    expect(escapeMarkdown('<script>a|b [x](y) *z* `c` ~d~ # _e_')).toBe(
      '&lt;script>a\\|b \\[x\\](y) \\*z\\* \\`c\\` \\~d\\~ \\# \\_e\\_',
    );
    expect(escapeMarkdown('a\n\n# b')).toBe('a \\# b');
    expect(escapeMarkdown('&lt;')).toBe('&amp;lt;');
  });

  test('leaves what means nothing there', () => {
    expect(escapeMarkdown('add_to_cart.response.p99 < 150ms & > 3')).toBe(
      'add_to_cart.response.p99 < 150ms & > 3',
    );
  });

  test('a backslash before a pipe does not free the pipe', () => {
    expect(escapeMarkdown('a\\|b')).toBe('a\\\\\\|b');
  });

  test('a code span outlasts the backticks in it', () => {
    expect(codeSpan('npm run bench')).toBe('`npm run bench`');
    expect(codeSpan('a `b` ``c``')).toBe('``` a `b` ``c`` ```');
  });

  test('every row of a table has as many cells as its head', () => {
    const [head, rule, row] = markdownTable(['a', 'b|c'], [['x|y', '1']]);
    expect(head).toBe('| a | b\\|c |');
    expect(rule).toBe('| --- | ---: |');
    expect(row).toBe('| x\\|y | 1 |');
  });
});
