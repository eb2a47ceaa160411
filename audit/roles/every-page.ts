interface Page {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** All pages of one of IAM's lists: it may cut any of them short, and says so. */
export async function everyPage<Of extends Page>(
  read: (from: { readonly Marker?: string }) => Promise<Of>,
): Promise<Of[]> {
  const pages: Of[] = [];
  let marker: string | undefined;
  do {
    const page = await read(marker === undefined ? {} : { Marker: marker });
    pages.push(page);
    marker = page.IsTruncated ? page.Marker : undefined;
  } while (marker !== undefined);
  return pages;
}
