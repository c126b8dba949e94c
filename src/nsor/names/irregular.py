"""Words whose spellings the rules of ``spelling`` can't bring together, or bring together wrongly.

Rules that hold here: one row is one name, its key and the spellings that get this key instead of
their own. A row stands here for one of three reasons: the word is an abbreviation; a sound is
written in one script only (انور and Anwar); or the rules would give two of the commonest names
one key (Muhammad and Mahmood, Hassan and Hussain, Saeed and Syed).
Spellings are in the form that ``spelling`` compares: no diacritics, no case, Urdu yeh and kaf.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = (
    # Abbreviations.
    ("MHMD", "m mhd md mohd mohmd muhd mohammd muhmmad محمد م"),
    ("CDR", "ch chd chow چوہدری چودھری چوھدری چودہری چوہدرى"),
    ("XQ", "sh shk sheik shaik shaykh شیخ"),
    (
        "SYD",
        "syed sayed sayyed sayyid saiyid saiyed sayid sayyad sayad syyed سید",
    ),
    # One script doesn't write the sound.
    ("MYN", "mian miyan mia miah meean میاں میان"),
    ("SYDA", "syeda sayyida saiyida saida سیدہ"),
    ("ANWR", "anwar anwer anvar anwr انور"),
    ("ANWRA", "anwara انورہ"),
    ("MNWR", "munawar munawwar munavar munawer munawwer منور"),
    ("SRWR", "sarwar serwar sarvar sarwer سرور"),
    ("TSWR", "tasawar tasawwar tasawur tasawwur tasavar tasawer تصور"),
    ("MSWR", "musawar musawwar musawwir مصور"),
    ("KNWL", "kanwal kanwel kanval kanwall کنول"),
    ("KNWR", "kanwar kunwar kanwer کنور"),
    ("MHWX", "mehwish mahwish mehvish mahvish mehwash mahwash مہوش"),
    ("PLWXA", "palwasha palvasha پلوشہ"),
    ("DWD", "dawood daud dawud daood daoud daud dawod داود داؤد داوود"),
    ("FWD", "fawad fuad fouad fawaad fouaad فواد فؤاد"),
    ("ASHK", "ishaq ishaque ishak ishaaq eshaq ishaqe isaac اسحاق اسحق"),
    ("ASMN", "usman usmaan uthman osman othman usmann عثمان"),
    ("HRS", "haris harith haaris harris حارث"),
    ("SKB", "saqib thaqib saaqib saquib ثاقب"),
    ("SBT", "sabit thabit ثابت"),
    ("KLSM", "kulthum kulthoom"),
    ("HZFA", "huzaifa hudhayfa huzaifah hudhaifa huzayfa حذیفہ"),
    ("RMZN", "ramzan ramadan ramdan ramazan ramzaan رمضان"),
    ("FZL", "fazal fazl fadl fadal fazel فضل"),
    ("FZALA", "fuzaila فضیلہ"),
    ("RZWN", "rizwan ridwan rizvan رضوان"),
    ("RZA", "raza reza rida riza رضا"),
    ("RYAZ", "riaz riyaz riyad riyadh reyaz riaaz ریاض"),
    ("ZA", "zia ziya dia diya zea ضیا ضیاء"),
    ("MRM", "maryam mariam maryum marium miriam meryem maryem mariyam مریم"),
    ("AXA", "aisha ayesha aysha aesha aishah ayeshah aiysha aayesha aaisha عائشہ عایشہ عاءشہ"),
    ("YHY", "yahya yahia yehya yahiya yahyaa یحیی یحیا"),
    ("NHT", "nighat nigat nikhat nighet nikhet nighhat نکہت نگہت"),
    ("FRH", "farah farha farrah فرح"),
    ("JMA", "juma jumma jummah jumah jummaa جمعہ"),
    ("MTHR", "mutahar mutahhar mutaher مطہر"),
    ("MTHRA", "mutahara mutahira mutahhara مطہرہ"),
    ("WJH", "wajih wajeeh وجیہ"),
    ("FKH", "faqih faqeeh فقیہ"),
    ("XBH", "shabih shabeeh شبیہ"),
    ("NBH", "nabih nabeeh نبیہ"),
    ("ALHA", "elahi ilahi illahi ellahi ilaahi الہی الٰہی"),
    ("MSTFA", "mustafa mustapha moustafa mustafaa مصطفی مصطفا"),
    ("MRTZA", "murtaza murtada murtuza murteza martaza murtza مرتضی مرتضا"),
    ("MJTBA", "mujtaba mujtba mujtabaa مجتبی مجتبا"),
    ("MSA", "musa moosa mousa moses موسی موسا"),
    ("ASA", "isa eisa essa issa eesa esa عیسی عیسا"),
    ("BXRA", "bushra bushrah boshra بشری بشرا"),
    ("AZMA", "uzma ozma azma عظمی عظما"),
    ("KBRA", "kubra kobra کبری کبرا"),
    ("SGRA", "sughra sugra sughran sugran صغری صغرا صغراں"),
    ("SLMA", "salma selma سلمی سلما"),
    ("LLA", "laila layla leila lyla lailaa لیلی لیلا"),
    ("TBA", "tuba tooba toba toobaa طوبی طوبا"),
    ("HDA", "huda hooda ہدی ہدا"),
    ("AKSA", "aqsa aksa aqsaa اقصی اقصا"),
    ("YSRA", "yusra yousra yusraa یسری یسرا"),
    ("NJWA", "najwa نجوی"),
    # The rules would make one name of two that are common.
    ("MHMUD", "mahmood mahmud mehmood mehmud mahmoud mehmoud mahmod mehmod mahmoood محمود"),
    ("MHMUDA", "mahmooda mehmooda mahmuda mehmuda محمودہ"),
    (
        "HSYN",
        "hussain hussein husain husein hosein hossein hossain hosain hussian husayn husayin"
        " hussayn husssain hussin husin hussen huseyn حسین",
    ),
    ("HSNYN", "hasnain hassnain husnain hasnayn hasnein حسنین"),
    ("UMR", "umar omar omer umer umaar ummar عمر"),
    ("ASLUM", "islam islaam اسلام"),
    ("JMUL", "jamal jamaal jmal jamall جمال"),
    ("KMUL", "kamal kamaal kmal kemal کمال"),
    ("ZLFKR", "ذوالفقار ذولفقار ذلفقار zulfiqar zulfikar zulfqar zulfeqar dhulfiqar zulifqar"),
    ("ZLKRNN", "ذوالقرنین zulqarnain zulqarnayn zulkarnain"),
    ("ALUH", "allah ullah ulla ollah alla ullaha اللہ الله"),
)

IRREGULAR = {spelling: key for key, spellings in _NAMES for spelling in spellings.split()}
"""The key of a word that has one of its own, by spelling."""

PARTICLES = _words(
    "ul ur ud us uz un ut ush al ar ad as az an at ash el er ed es ez en il e i wa"
    " bin ibn ibne bint binte ben bn so do wo co son daughter wife of"
    " urf alias aka known"
    " ال بن ابن بنت ولد دختر زوجہ بنتِ عرف و"
)
"""Words between names: the article (after assimilation too), "son of", "daughter of", "alias"."""

TITLES = _words(
    "mr mrs miss ms dr doctor prof professor haji hajji hajjee hajee alhaj mst mstt musammat"
    " mosammat late marhoom marhum janab sahib saheb sahab mohtaram mohtarma"
    " حاجی الحاج ڈاکٹر پروفیسر مسماۃ مسماة مسمات مرحوم مرحومہ جناب صاحب محترم محترمہ"
)
"""Words of address, which come and go between one document and the next."""

SERVANT = _words(
    "abd abdul abdur abdus abdun abduz abdud abdut abdush abdel abdal abdol abdool abdull"
    " عبد عبدال عبدل عبدلا"
)
"""Spellings of عبد with or without the article, which is a name only with the word after it."""

LAST_OF_ABDULLAH = _words("lah la لہ لا")
"""What is left of عبداللہ and Abdullah when عبد and the article are taken off."""

WITH_ARTICLE = _words(
    "الدین اللہ الرحمن الرحمان الرحیم الحق الحسن الحسنین الاسلام الامین الکریم السلام النبی"
    " الزمان الزماں القادر العابدین العارفین البشر الہدی النساء النسا الانبیاء المومنین العزیز"
    " الصمد الغنی الرسول الحسین المصطفی الملک الحمید الرشید الغفار الاعظم الحبیب الرؤف"
)
"""Words after the article in names that are written in one word as well as in two or three."""
WITH_ARTICLE_EN = _words(
    "din deen dean rehman rahman rahim raheem haq haque haqq hasan hassan islam amin ameen karim"
    " kareem salam nabi zaman qadir abidin abideen arifin arifeen bashar huda nisa nissa aziz samad"
    " ghani rasool rasul hussain husain mustafa malik hasnain hameed hamid rashid rasheed ghaffar"
    " azam habib rauf"
)
"""The same in Roman letters."""

ENDING_LIKE_ARTICLE = _words("rasul maqbul makbul ghafur gafur shakur mansur manzur zahur masud")
"""Words whose end is no article, though a word of ``WITH_ARTICLE_EN`` may follow them."""
