import { reads, type Family } from "../grammar.ts";

// Pictures and graphs that are printed in another form. Which of the netpbm tools stand in the first list was read off the programs themselves:
// these import nothing that opens a file for writing, makes a temporary one or starts a program, so no word given to them can. They read what
// they are given by name, and print. The others lay pictures down in temporary files, take the name of a second picture to write, or start helpers.

const PRINTING =
    "asciitopgm avstopam bioradtopgm bmptopnm brushtopbm eyuvtoppm fitstopnm fstopgm g3topbm gemtopnm gouldtoppm hdifftopam hipstopgm icontopbm imgtoppm infotopam leaftoppm lispmtopgm macptopbm mdatopbm mgrtopbm mtvtoppm neotoppm palmtopnm pamdepth pamdeinterlace pamedge pamendian pamenlarge pamstack pamtable pamtohdiff " +
    "pamtohtmltbl pamtompfont pamtooctaveimg pamtopam pamtopdbimg pamtopfm pamtopng pamtopnm pamtosrf pamtotga pamtouil pamtoxvmini pbmclean pbmlife pbmmake pbmpage pbmpscale pbmreduce pbmtext pbmto10x pbmto4425 pbmtoascii pbmtoatk pbmtobbnbg pbmtocis pbmtocmuwm pbmtodjvurle pbmtoepsi pbmtoepson pbmtoescp2 pbmtog3 pbmtogem " +
    "pbmtogo pbmtoibm23xx pbmtoicon pbmtolj pbmtoln03 pbmtolps pbmtomacp pbmtomatrixorbital pbmtomda pbmtomgr pbmtomrf pbmtonokia pbmtopgm pbmtopi3 pbmtoplot pbmtopsg3 pbmtoptx pbmtosunicon pbmtowbmp pbmtoxbm pbmtoybm pbmtozinc pc1toppm pcxtoppm pfmtopam pgmbentley pgmhist pgmmedian pgmminkowski pgmnoise pgmramp pgmtofs " +
    "pgmtolispm pgmtopbm pgmtopgm pgmtoppm pi1toppm pi3topbm pjtoppm pnmalias pnmcat pnmcolormap pnmconvol pnmcut pnmdepth pnmenlarge pnmgamma pnmhistmap pnminvert pnmnlfilt pnmpad pnmpaste pnmpsnr pnmscale pnmscalefixed pnmshear pnmtile pnmtofits pnmtopalm pnmtopclxl pnmtorast pnmtosgi pnmtosir pnmtoxwd ppm3d ppmchange " +
    "ppmcie ppmcolormask ppmdcfont ppmddumpfont ppmdim ppmdist ppmdither ppmflash ppmforge ppmhist ppmlabel ppmmake ppmmix ppmntsc ppmpat ppmrelief ppmrough ppmshift ppmspread ppmtoacad ppmtoapplevol ppmtoarbtxt ppmtoascii ppmtobmp ppmtoeyuv ppmtoicr ppmtoilbm ppmtoleaf ppmtolj ppmtomitsu ppmtoneo ppmtopcx ppmtopgm ppmtopi1 " +
    "ppmtopict ppmtopj ppmtopuzz ppmtosixel ppmtospu ppmtoterm ppmtotga ppmtouil ppmtoxpm ppmtoyuv ppmtv psidtopgm qrttoppm rasttopnm rawtopgm rawtoppm sbigtopgm sirtopnm sldtoppm spctoppm sputoppm srftopam sunicontopnm wbmptopbm xbmtopbm xvminitoppm xwdtopnm ybmtopbm yuvtoppm zeisstopnm pamslice pamarith";

const OTHERS =
    "cameratopam fiascotopnm giftopnm ilbmtoppm jbigtopnm jpegtopnm pamfix pamflip pamtogif pamtosvg pbmtoppa pdbimgtopam picttoppm pngtopam pnmcrop pnmhisteq pnmmontage pnmnorm pnmrotate pnmstitch pnmtoddif pnmtofiasco pnmtojbig pnmtojpeg pnmtopng pnmtops pnmtorle pnmtotiffcmyk ppmcolors ppmtobejeweled ppmtojpeg " +
    "ppmtowinicon rlatopam rletopnm sgitopnm spottopgm st4topgm svgtopam tgatoppm thinkjettopbm tifftopnm winicontoppm ximtoppm xpmtoppm";

export const drawings: Family = {
  name: "drawings",
  commands: [
    reads(PRINTING, "prints a picture in another form", ["*", "drawing*"], ["!~version", "", "pure"]),
    reads(OTHERS, "prints a picture in another form", ["!~version", "", "pure"]),
    reads("gvgen", "prints a graph", ["-dv -c:text -C:text -g:text -G:text -h:text -k:text -b:text -B:text -i:text -m:text -M:text -n:text -N:text -p:text -r:text -R:text -s:text -S:text -t:text -T:text -w:text", "", "pure"]),
    reads("dijkstra", "prints distances in a graph", ["-adp", "text path?"]),
    reads("chkfont", "checks fonts made of letters", ["", "path+"]),
    reads("edid-decode", "prints what a screen says of itself", ["-cHpsCP --check --hide-serial-numbers --preferred-timings --short-timings --skip-hex-dump --skip-sha --physical-address --native-resolution --version", "path"]),
  ],
  inside: ["pgmhist picture.pgm", "bmptopnm -verbose picture.bmp", "pbmtoascii -1x2 picture.pbm", "cat picture.ppm | ppmtoascii", "pnmtopng -version", "gvgen -c 10", "gvgen -b3,4", "dijkstra a graph.gv", "chkfont small.flf", "edid-decode /sys/class/drm/card1-DP-1/edid"],
  aside: [
    ["pnmtopng picture.pnm", "some of these write temporary files"],
    ["pamtopng -background=/dev/watchdog picture.pam", "opens a device that begins to count"],
    ["ppmtoarbtxt -hd=/etc/wireguard/wg0.conf picture.ppm", "secret"],
    ["ppmtoarbtxt -hd=../etc/ppp/chap picture.ppm", "prints another file"],
    ["giftopnm -alphaout=mask picture.gif", "writes the mask beside it"],
    ["jpegtopnm -exif=out picture.jpg", "writes what the camera said"],
    ["svgtopam picture.svg", "may fetch what the picture names"],
    ["ppmcolors -colors 8 picture.ppm", "starts other programs"],
    ["pnmtorle -o out picture.pnm", "writes"],
    ["pamexec id", "runs a program"],
    ["pamsplit picture.pam", "writes"],
    ["yuvsplittoppm x 1 1", "writes"],
    ["ppmhist picture.ppm > out", "writes, by the shell"],
    ["pgmhist /etc/shadow", "secret"],
    ["pbmtext -font=/root/.ssh/id_rsa x", "secret, as the value of an option"],
    ["pgmhist /dev/watchdog", "opens a device"],
    ["gvgen -c 10 -o out", "writes"],
    ["gvgen -dvoout -c 10", "writes, in a bundle"],
    ["gvgen -c10 out", "an operand it does not have"],
    ["dijkstra a /etc/shadow", "secret"],
    ["edid-decode screen.bin out", "its second operand is written"],
    ["edid-decode -o raw screen.bin out", "writes"],
    ["edid-decode -e", "opens the cards"],
    ["edid-decode -I1 -a screen.bin", "asks over a bus"],
  ],
};
