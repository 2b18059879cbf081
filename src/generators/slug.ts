/** Lower case, with a hyphen for every run of other characters: "Men's Jackets" to "men-s-jackets". */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
